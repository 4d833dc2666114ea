package dev.weft.agent.runtime;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.io.FileDescriptor;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The changes to the JDK, each against the code of JDK 25 to 27. */
final class JdkPatches {
  static final String VIRTUAL_THREAD = "java.lang.VirtualThread";
  static final String MANAGEMENT = "jdk.management";
  private static final ClassDesc CD_VIRTUAL_THREAD = ClassDesc.of(VIRTUAL_THREAD);
  private static final ClassDesc CD_EXECUTOR = desc(Executor.class);
  private static final ClassDesc CD_RUNNABLE = desc(Runnable.class);
  private static final ClassDesc CD_STRING = desc(String.class);
  private static final ClassDesc CD_UNIT = desc(TimeUnit.class);

  static final MethodTypeDesc SCHEDULE =
      MethodTypeDesc.of(desc(Future.class), CD_RUNNABLE, CD_long, CD_UNIT);
  static final MethodTypeDesc BEGIN = MethodTypeDesc.of(CD_boolean);
  static final MethodTypeDesc END = MethodTypeDesc.of(CD_boolean);
  static final MethodTypeDesc POLL =
      MethodTypeDesc.of(CD_boolean, CD_int, CD_int, CD_long, desc(BooleanSupplier.class));
  static final MethodTypeDesc POLL_SELECTOR = MethodTypeDesc.of(CD_boolean, CD_int, CD_long);
  static final MethodTypeDesc STOP_POLL = MethodTypeDesc.of(CD_void, CD_int, CD_int);
  static final MethodTypeDesc CLOSING = MethodTypeDesc.of(CD_void, CD_int);

  static final MethodTypeDesc IS_DRAINED = MethodTypeDesc.of(CD_boolean, CD_int);
  static final MethodTypeDesc READ_RETURNED = MethodTypeDesc.of(CD_int, CD_int, CD_int, CD_int);

  static final MethodTypeDesc SCHEDULER_BEAN = MethodTypeDesc.of(CD_Object);

  /** {@code sun.nio.ch.IOStatus.UNAVAILABLE}: the operation has to wait. */
  private static final int UNAVAILABLE = -2;

  private static final ClassDesc CD_DISPATCHER = ClassDesc.of("sun.nio.ch.NativeDispatcher");
  private static final MethodTypeDesc READ =
      MethodTypeDesc.of(CD_int, desc(FileDescriptor.class), CD_long, CD_int);

  private JdkPatches() {}

  private static ClassDesc desc(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }

  /** Virtual threads that a platform thread creates without a scheduler get Weft's. */
  static Patch scheduler() {
    return new Patch(VIRTUAL_THREAD)
        .replace(
            INIT_NAME,
            MethodTypeDesc.of(CD_void, CD_EXECUTOR, CD_STRING, CD_int, CD_RUNNABLE),
            JdkPatches::isDefaultScheduler,
            HookClass::loadScheduler);
  }

  private static boolean isDefaultScheduler(CodeElement element) {
    return element instanceof FieldInstruction field
        && field.opcode() == Opcode.GETSTATIC
        && field.name().equalsString("DEFAULT_SCHEDULER");
  }

  /**
   * Timed parks wait on Weft's timers. {@code schedule} also ends timed waits for monitors, which
   * are scheduled in milliseconds and stay with the JDK: their action takes a lock, and a machine
   * that runs timers must not wait for one.
   */
  static Patch timers(Patch virtualThread) {
    return virtualThread.prepend(
        "schedule",
        SCHEDULE,
        code -> {
          Label original = code.newLabel();
          code.aload(0).getfield(CD_VIRTUAL_THREAD, "scheduler", CD_EXECUTOR);
          HookClass.loadScheduler(code);
          code.if_acmpne(original)
              .aload(code.parameterSlot(2))
              .getstatic(CD_UNIT, "NANOSECONDS", CD_UNIT)
              .if_acmpne(original)
              .aload(code.parameterSlot(0))
              .lload(code.parameterSlot(1))
              .aload(code.parameterSlot(2));
          HookClass.call(code, "schedule", SCHEDULE);
          code.areturn().labelBinding(original);
        });
  }

  /** Calls that the JDK knows to block hand the processor off at once. */
  static List<Patch> blockingCalls() {
    return List.of(
        new Patch("jdk.internal.misc.Blocker")
            .prepend(
                "begin",
                BEGIN,
                code -> {
                  Label original = code.newLabel();
                  HookClass.call(code, "beginBlocking", BEGIN);
                  code.ifeq(original).iconst_1().ireturn().labelBinding(original);
                })
            .prepend(
                "end",
                MethodTypeDesc.of(CD_void, CD_boolean),
                code -> {
                  Label original = code.newLabel();
                  code.iload(code.parameterSlot(0)).ifeq(original);
                  HookClass.call(code, "endBlocking", END);
                  code.ifeq(original).return_().labelBinding(original);
                }));
  }

  /** {@code jcmd Thread.vthread_scheduler} prints Weft's scheduler. */
  static Patch printedScheduler() {
    return new Patch("jdk.internal.vm.JcmdVThreadCommands")
        .replace(
            "printScheduler",
            MethodTypeDesc.of(CD_byte.arrayType()),
            JdkPatches::asksForDefaultScheduler,
            code -> {
              code.pop();
              HookClass.loadScheduler(code);
            });
  }

  private static boolean asksForDefaultScheduler(CodeElement element) {
    return element instanceof InvokeInstruction call
        && call.name().equalsString("virtualThreadDefaultScheduler");
  }

  /** The bean of virtual threads' scheduler describes Weft's. */
  static Patch schedulerBean() {
    ClassDesc bean = ClassDesc.of("jdk.management.VirtualThreadSchedulerMXBean");
    return new Patch("com.sun.management.internal.VirtualThreadSchedulerImpls")
        .prepend(
            "create",
            MethodTypeDesc.of(bean),
            code -> {
              HookClass.call(code, "schedulerBean", SCHEDULER_BEAN);
              code.checkcast(bean).areturn();
            });
  }

  /** Sockets, channels and selectors of virtual threads wait in Weft's poller. */
  static List<Patch> sockets() {
    Patch poller =
        new Patch("sun.nio.ch.Poller")
            .prepend(
                "poll",
                POLL.changeReturnType(CD_void),
                code -> {
                  Label original = code.newLabel();
                  code.iload(code.parameterSlot(0))
                      .iload(code.parameterSlot(1))
                      .lload(code.parameterSlot(2))
                      .aload(code.parameterSlot(3));
                  HookClass.call(code, "poll", POLL);
                  code.ifeq(original).return_().labelBinding(original);
                })
            .prepend(
                "pollSelector",
                POLL_SELECTOR.changeReturnType(CD_void),
                code -> {
                  Label original = code.newLabel();
                  code.iload(code.parameterSlot(0)).lload(code.parameterSlot(1));
                  HookClass.call(code, "pollSelector", POLL_SELECTOR);
                  code.ifeq(original).return_().labelBinding(original);
                })
            // JDK 27 unparks the thread instead, which ends the wait as well.
            .prependIfPresent(
                "stopPoll",
                STOP_POLL,
                code -> {
                  code.iload(code.parameterSlot(0)).iload(code.parameterSlot(1));
                  HookClass.call(code, "stopPoll", STOP_POLL);
                });
    ClassDesc descriptor = desc(FileDescriptor.class);
    Patch dispatcher =
        new Patch("sun.nio.ch.UnixDispatcher")
            .prepend(
                "close",
                MethodTypeDesc.of(CD_void, descriptor),
                code -> {
                  code.aload(code.parameterSlot(0))
                      .invokestatic(
                          ClassDesc.of("sun.nio.ch.IOUtil"),
                          "fdVal",
                          MethodTypeDesc.of(CD_int, descriptor));
                  HookClass.call(code, "closing", CLOSING);
                });
    return List.of(poller, dispatcher);
  }

  /** A socket that the last read has emptied is not read again before something has come. */
  static Patch shortReads() {
    ClassDesc descriptor = desc(FileDescriptor.class);
    MethodTypeDesc tryRead =
        MethodTypeDesc.of(CD_int, descriptor, CD_byte.arrayType(), CD_int, CD_int);
    return new Patch("sun.nio.ch.NioSocketImpl")
        .prepend(
            "tryRead",
            tryRead,
            code -> {
              Label original = code.newLabel();
              loadNumber(code, code.parameterSlot(0));
              HookClass.call(code, "isDrained", IS_DRAINED);
              code.ifeq(original).loadConstant(UNAVAILABLE).ireturn().labelBinding(original);
            })
        .replace(
            "tryRead",
            tryRead,
            JdkPatches::isRead,
            code -> {
              code.invokevirtual(CD_DISPATCHER, "read", READ);
              loadNumber(code, code.parameterSlot(0));
              code.iload(code.parameterSlot(3));
              HookClass.call(code, "readReturned", READ_RETURNED);
            });
  }

  private static boolean isRead(CodeElement element) {
    return element instanceof InvokeInstruction call
        && call.opcode() == Opcode.INVOKEVIRTUAL
        && call.owner().asSymbol().equals(CD_DISPATCHER)
        && call.name().equalsString("read")
        && call.typeSymbol().equals(READ);
  }

  /** Loads the number of the {@code FileDescriptor} in a local variable, without a native call. */
  private static void loadNumber(CodeBuilder code, int slot) {
    ClassDesc access = ClassDesc.of("jdk.internal.access.JavaIOFileDescriptorAccess");
    code.invokestatic(
            ClassDesc.of("jdk.internal.access.SharedSecrets"),
            "getJavaIOFileDescriptorAccess",
            MethodTypeDesc.of(access))
        .aload(slot)
        .invokeinterface(access, "get", MethodTypeDesc.of(CD_int, desc(FileDescriptor.class)));
  }
}
