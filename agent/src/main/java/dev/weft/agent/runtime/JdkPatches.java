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
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

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

  private static final String CHANNEL = "sun.nio.ch.SocketChannelImpl";
  private static final ClassDesc CD_IO_UTIL = ClassDesc.of("sun.nio.ch.IOUtil");
  private static final ClassDesc CD_DISPATCHER = ClassDesc.of("sun.nio.ch.NativeDispatcher");
  private static final ClassDesc CD_ACCESS =
      ClassDesc.of("jdk.internal.access.JavaIOFileDescriptorAccess");
  private static final ClassDesc CD_DESCRIPTOR = desc(FileDescriptor.class);
  private static final ClassDesc CD_BUFFER = desc(ByteBuffer.class);
  private static final MethodTypeDesc READ =
      MethodTypeDesc.of(CD_int, CD_DESCRIPTOR, CD_long, CD_int);
  private static final MethodTypeDesc READ_BUFFER =
      MethodTypeDesc.of(CD_int, CD_DESCRIPTOR, CD_BUFFER, CD_long, CD_DISPATCHER);
  private static final MethodTypeDesc NUMBER = MethodTypeDesc.of(CD_int, CD_DESCRIPTOR);

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
    Patch dispatcher =
        new Patch("sun.nio.ch.UnixDispatcher")
            .prepend(
                "close",
                MethodTypeDesc.of(CD_void, CD_DESCRIPTOR),
                code -> {
                  code.aload(code.parameterSlot(0)).invokestatic(CD_IO_UTIL, "fdVal", NUMBER);
                  HookClass.call(code, "closing", CLOSING);
                });
    return List.of(poller, dispatcher);
  }

  /** A socket that the last read has emptied is not read again before something has come. */
  static List<Patch> shortReads() {
    return List.of(shortReadsOfSockets(), shortReadsOfChannels());
  }

  private static Patch shortReadsOfSockets() {
    return shortReadsOfArrays(
        new Patch("sun.nio.ch.NioSocketImpl"),
        MethodTypeDesc.of(CD_int, CD_DESCRIPTOR, CD_byte.arrayType(), CD_int, CD_int),
        code -> loadNumber(code, code.parameterSlot(0)));
  }

  /**
   * Patches {@code tryRead}, which input streams call in blocking mode, and whose last parameter is
   * the length.
   */
  private static Patch shortReadsOfArrays(
      Patch type, MethodTypeDesc tryRead, Consumer<CodeBuilder> loadNumber) {
    return type.prepend(
            "tryRead",
            tryRead,
            code -> {
              Label original = code.newLabel();
              loadNumber.accept(code);
              HookClass.call(code, "isDrained", IS_DRAINED);
              code.ifeq(original).loadConstant(UNAVAILABLE).ireturn().labelBinding(original);
            })
        .replace(
            "tryRead",
            tryRead,
            element -> isCall(element, CD_DISPATCHER, READ),
            code -> {
              code.invokevirtual(CD_DISPATCHER, "read", READ);
              loadNumber.accept(code);
              code.iload(code.parameterSlot(tryRead.parameterCount() - 1));
              HookClass.call(code, "readReturned", READ_RETURNED);
            });
  }

  /**
   * Reads of one buffer in blocking mode, and those of the stream of {@code socket()}. A channel in
   * non-blocking mode waits in a selector, whose events do not come by the poller; and a read into
   * a full buffer asks for nothing. Reads into several buffers always make the system call: what
   * they ask for is a sum over the buffers, of which one call takes only so many.
   */
  private static Patch shortReadsOfChannels() {
    return shortReadsOfArrays(
            new Patch(CHANNEL),
            MethodTypeDesc.of(CD_int, CD_byte.arrayType(), CD_int, CD_int),
            code -> loadNumberOfChannel(code, ClassDesc.of(CHANNEL)))
        .replace(
            "implRead",
            MethodTypeDesc.of(CD_int, CD_BUFFER),
            element -> isCall(element, CD_IO_UTIL, READ_BUFFER),
            JdkPatches::readChannel);
  }

  private static void readChannel(CodeBuilder code) {
    ClassDesc channel = ClassDesc.of(CHANNEL);
    int length = code.allocateLocal(TypeKind.INT);
    Label nonBlocking = code.newLabel();
    Label known = code.newLabel();
    Label attempt = code.newLabel();
    Label done = code.newLabel();
    code.aload(0)
        .invokevirtual(channel, "isBlocking", MethodTypeDesc.of(CD_boolean))
        .ifeq(nonBlocking)
        .aload(code.parameterSlot(0))
        .invokevirtual(CD_BUFFER, "remaining", MethodTypeDesc.of(CD_int))
        .goto_(known)
        .labelBinding(nonBlocking)
        .iconst_0()
        .labelBinding(known)
        .istore(length)
        .iload(length)
        .ifeq(attempt);
    loadNumberOfChannel(code, channel);
    HookClass.call(code, "isDrained", IS_DRAINED);
    code.ifeq(attempt)
        // The arguments of the call: dispatcher, position, buffer and descriptor.
        .pop()
        .pop2()
        .pop2()
        .loadConstant(UNAVAILABLE)
        .goto_(done)
        .labelBinding(attempt)
        .invokestatic(CD_IO_UTIL, "read", READ_BUFFER);
    loadNumberOfChannel(code, channel);
    code.iload(length);
    HookClass.call(code, "readReturned", READ_RETURNED);
    code.labelBinding(done);
  }

  private static boolean isCall(CodeElement element, ClassDesc owner, MethodTypeDesc type) {
    return element instanceof InvokeInstruction call
        && call.owner().asSymbol().equals(owner)
        && call.name().equalsString("read")
        && call.typeSymbol().equals(type);
  }

  /** Loads the number of the {@code FileDescriptor} in a local variable, without a native call. */
  private static void loadNumber(CodeBuilder code, int slot) {
    loadAccess(code);
    code.aload(slot).invokeinterface(CD_ACCESS, "get", NUMBER);
  }

  private static void loadNumberOfChannel(CodeBuilder code, ClassDesc channel) {
    loadAccess(code);
    code.aload(0).getfield(channel, "fd", CD_DESCRIPTOR).invokeinterface(CD_ACCESS, "get", NUMBER);
  }

  private static void loadAccess(CodeBuilder code) {
    code.invokestatic(
        ClassDesc.of("jdk.internal.access.SharedSecrets"),
        "getJavaIOFileDescriptorAccess",
        MethodTypeDesc.of(CD_ACCESS));
  }
}
