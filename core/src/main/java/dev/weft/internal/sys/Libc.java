package dev.weft.internal.sys;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * Binds functions of the C library; the conventions of all classes that call them.
 *
 * <p>A call returns what the kernel does: the result, or the negated error number ({@link Errno}).
 * When it is compiled, none allocates; before, only those bound {@link #withoutErrno} do not.
 *
 * <p>There are two kinds. <em>Quick</em> calls never wait and keep the thread in Java state: there
 * is no safepoint transition, and heap memory can be passed to the kernel, because no garbage
 * collection can start during the call; callers keep one transfer within {@link #MAX_TRANSFER}.
 * <em>Slow</em> calls may wait, or run long in the kernel (a loopback {@code connect} does the
 * whole handshake), so they allow safepoints and take native memory only.
 */
public final class Libc {
  /** The most bytes of one quick transfer: it bounds how long a safepoint waits for a copy. */
  public static final int MAX_TRANSFER = 64 * 1024;

  static final MemoryLayout C_INT = JAVA_INT;
  static final MemoryLayout C_LONG = JAVA_LONG;
  static final MemoryLayout C_POINTER = ADDRESS;

  private static final Linker LINKER = Linker.nativeLinker();

  private Libc() {}

  static MethodHandle quick(String name, MemoryLayout result, MemoryLayout... arguments) {
    return bind(name, result, arguments, Linker.Option.critical(true));
  }

  static MethodHandle slow(String name, MemoryLayout result, MemoryLayout... arguments) {
    return bind(name, result, arguments);
  }

  /**
   * Binds a slow call that takes no heap memory. It does not return the error number: a call that
   * captures it makes a slice of its memory, which is a new object until the call is compiled.
   *
   * <p>The class that binds it makes {@link Jdk#WARMUP_CALLS} calls in its initializer.
   */
  static MethodHandle withoutErrno(String name, FunctionDescriptor type, Linker.Option... options) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, options);
  }

  static MethodHandle bind(
      String name, MemoryLayout result, MemoryLayout[] arguments, Linker.Option... kind) {
    Linker.Option[] options = Arrays.copyOf(kind, kind.length + 1);
    options[kind.length] = Linker.Option.captureCallState("errno");
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        options);
  }

  /** Binds a system call for which the C library may have no function; its number comes first. */
  static MethodHandle syscall(MemoryLayout... arguments) {
    MemoryLayout[] all = new MemoryLayout[arguments.length + 1];
    all[0] = C_LONG;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return bind("syscall", C_LONG, all, Linker.Option.firstVariadicArg(1));
  }

  /** Reports whether the C library has the function. */
  static boolean has(String name) {
    return LINKER.defaultLookup().find(name).isPresent();
  }

  /**
   * A downcall throws unchecked exceptions where the caller's memory was freed or is another
   * thread's; anything else is a broken binding.
   */
  static AssertionError broken(Throwable e) {
    if (e instanceof RuntimeException wrongMemory) {
      throw wrongMemory;
    }
    if (e instanceof Error error) {
      throw error;
    }
    return new AssertionError(e);
  }

  static int answer(CallState state, int result) {
    return result >= 0 ? result : -state.errno();
  }
}
