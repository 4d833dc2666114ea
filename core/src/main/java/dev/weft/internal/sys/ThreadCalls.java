package dev.weft.internal.sys;

import static dev.weft.internal.sys.Libc.C_INT;
import static dev.weft.internal.sys.Libc.C_POINTER;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.invoke.MethodHandle;

/** Calls about threads: number, priority, CPU time; with the conventions of {@link Libc}. */
public final class ThreadCalls {
  private static final MethodHandle GETTID = Libc.quick("gettid", C_INT);
  private static final MethodHandle GETPRIORITY = Libc.quick("getpriority", C_INT, C_INT, C_INT);
  private static final MethodHandle SETPRIORITY =
      Libc.quick("setpriority", C_INT, C_INT, C_INT, C_INT);
  private static final MethodHandle CLOCK_GETTIME =
      Libc.quick("clock_gettime", C_INT, C_INT, C_POINTER);

  private ThreadCalls() {}

  /** The kernel's number of the calling thread. */
  public static int gettid() {
    CallState state = CallState.current(CallKind.OTHER);
    try {
      return Libc.answer(state, (int) GETTID.invokeExact(state.errno));
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /** The nice value of the thread {@code tid}, -20 (favoured) to 19. */
  public static int niceOf(int tid) {
    CallState state = CallState.current(CallKind.OTHER);
    try {
      return (int) GETPRIORITY.invokeExact(state.errno, 0, tid);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /**
   * Sets the nice value of one thread; lowering it again needs CAP_SYS_NICE or a suitable
   * RLIMIT_NICE.
   */
  public static int setNice(int tid, int nice) {
    CallState state = CallState.current(CallKind.OTHER);
    try {
      return Libc.answer(state, (int) SETPRIORITY.invokeExact(state.errno, 0, tid, nice));
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /**
   * The CPU time the thread {@code tid} of this process has used, in nanoseconds; negative when it
   * has ended.
   */
  public static long cpuNanosOf(int tid) {
    CallState state = CallState.current(CallKind.OTHER);
    // The kernel's encoding of "the scheduler clock of that thread" (CPUCLOCK_PERTHREAD |
    // CPUCLOCK_SCHED).
    int clock = (~tid << 3) | 6;
    try {
      int result = (int) CLOCK_GETTIME.invokeExact(state.errno, clock, state.option);
      if (result < 0) {
        return -state.errno();
      }
      return state.option.get(JAVA_LONG, 0) * 1_000_000_000L + state.option.get(JAVA_LONG, 8);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }
}
