package dev.weft.internal.sync;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Makes a stack overflow happen before an operation has changed anything, and not in the middle of
 * it: a goroutine that recurses too deeply runs out of stack in whatever it calls at the time. What
 * the operation had taken by then (a lock, a processor, the right to search) would never be
 * released, and what it had half written would stay so.
 *
 * <p>The probe costs a nanosecond and touches no memory of its own. It calls a method whose frame
 * is as large as the room asked for: HotSpot checks for the whole frame at the entry of a method,
 * in the interpreter by its number of local variables, in compiled code by the larger of its
 * compiled and its interpreted frame (the latter for a deoptimization), also when the method was
 * inlined. Such a frame cannot be written in Java without a thousand variables, so the class is
 * generated. The untaken branch in it keeps a state to deoptimize to, without which the compilers
 * would forget the frame.
 *
 * <p>Operations nest: one that waits asks for {@link #checkBlocking}, which leaves room for the
 * {@link #check} of the locks it takes later, and those leave room for waking a goroutine ({@link
 * #hasRoomToReady}).
 */
public final class StackProbe {
  private static final int READY_BYTES = 8 << 10;
  private static final int LOCK_BYTES = 20 << 10;
  private static final int BLOCKING_BYTES = 48 << 10;

  private static final MethodHandle READY = largeFrame(READY_BYTES);
  private static final MethodHandle LOCK = largeFrame(LOCK_BYTES);
  private static final MethodHandle BLOCKING = largeFrame(BLOCKING_BYTES);

  /** More than {@code MethodHandle.CUSTOMIZE_THRESHOLD}, which is 127. */
  private static final int CALLS_UNTIL_CUSTOMIZED = 200;

  /** Always 0, but not to the compilers, which would drop the branch of a constant. */
  @SuppressWarnings("FieldMayBeFinal")
  private static int zero;

  static {
    // The JDK generates code for a method handle that is called often, which takes memory: in a
    // full heap that call and all after it would fail, and with them every lock. So let it happen
    // here.
    for (int i = 0; i < CALLS_UNTIL_CUSTOMIZED; i++) {
      call(READY);
      call(LOCK);
      call(BLOCKING);
    }
  }

  private StackProbe() {}

  /**
   * Reserves stack for a critical section under a {@link SpinLock} and for waking the thread that
   * it completed. The lock makes this check itself.
   *
   * @throws StackOverflowError when there is not that much left
   */
  public static void check() {
    call(LOCK);
  }

  /**
   * Reserves stack for an operation of several critical sections, or one that parks between them.
   *
   * @throws StackOverflowError when there is not that much left
   */
  public static void checkBlocking() {
    call(BLOCKING);
  }

  /** Reports whether there is stack enough to queue a goroutine and to wake a machine for it. */
  public static boolean hasRoomToReady() {
    try {
      call(READY);
      return true;
    } catch (StackOverflowError e) {
      return false;
    }
  }

  private static void call(MethodHandle probe) {
    try {
      probe.invokeExact(zero);
    } catch (Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static MethodHandle largeFrame(int bytes) {
    int lastLocal = bytes / Long.BYTES - 1;
    byte[] file =
        ClassFile.of()
            .build(
                ClassDesc.of(StackProbe.class.getPackageName(), "LargeFrame"),
                builder ->
                    builder.withMethodBody(
                        "call",
                        MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int),
                        ClassFile.ACC_STATIC,
                        code -> body(code, lastLocal)));
    try {
      var lookup = MethodHandles.lookup().defineHiddenClass(file, true);
      return lookup.findStatic(
          lookup.lookupClass(), "call", MethodType.methodType(void.class, int.class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** {@code static void call(int never) { int last = 0; if (never != 0) throw null; }} */
  private static void body(CodeBuilder code, int lastLocal) {
    Label end = code.newLabel();
    code.iconst_0().istore(lastLocal);
    code.iload(0).ifeq(end).aconst_null().athrow();
    code.labelBinding(end).return_();
  }
}
