package dev.weft.internal.sys;

import static dev.weft.internal.sys.Libc.C_LONG;

import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;

/**
 * Quick system calls by number, with the conventions of {@link Libc}.
 *
 * <p>The JVM needs several milliseconds at start-up to link each signature of a C function. The
 * calls that every runtime makes, except the few whose own cost is small, therefore share one.
 */
final class QuickCalls {
  private static final boolean X86 = System.getProperty("os.arch").equals("amd64");

  private static final MethodHandle SYSCALL =
      Libc.bind(
          "syscall",
          C_LONG,
          new MemoryLayout[] {C_LONG, C_LONG, C_LONG, C_LONG, C_LONG},
          Linker.Option.firstVariadicArg(1),
          Linker.Option.critical(true));

  private QuickCalls() {}

  /** The number of a system call on this machine. */
  static long number(int onX86, int onAarch64) {
    return X86 ? onX86 : onAarch64;
  }

  static int make(CallState state, long number, long first) {
    return make(state, number, first, 0, 0, 0);
  }

  static int make(CallState state, long number, long first, long second) {
    return make(state, number, first, second, 0, 0);
  }

  static int make(CallState state, long number, long first, long second, long third) {
    return make(state, number, first, second, third, 0);
  }

  /**
   * Makes a call; arguments that it does not have are 0.
   *
   * @param state the calling thread's; arguments may be addresses in its memory, which lives until
   *     the thread ends
   */
  static int make(CallState state, long number, long first, long second, long third, long fourth) {
    try {
      return Libc.answer(
          state,
          (int) (long) SYSCALL.invokeExact(state.errno, number, first, second, third, fourth));
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }
}
