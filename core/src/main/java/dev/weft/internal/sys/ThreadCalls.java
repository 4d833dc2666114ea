package dev.weft.internal.sys;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

/** Calls about threads: number, priority, CPU time; with the conventions of {@link Libc}. */
public final class ThreadCalls {
  private static final long GETTID = QuickCalls.number(186, 178);
  private static final long GETPRIORITY = QuickCalls.number(140, 141);
  private static final long SETPRIORITY = QuickCalls.number(141, 140);
  private static final long CLOCK_GETTIME = QuickCalls.number(228, 113);

  /** The kernel returns 20 minus the nice value, so that no result looks like an error. */
  private static final int NICE_BIAS = 20;

  private ThreadCalls() {}

  /** The kernel's number of the calling thread. */
  public static int gettid() {
    return QuickCalls.make(CallState.current(CallKind.OTHER), GETTID, 0);
  }

  /** The nice value of the thread {@code tid}, -20 (favoured) to 19. */
  public static int niceOf(int tid) {
    return NICE_BIAS - QuickCalls.make(CallState.current(CallKind.OTHER), GETPRIORITY, 0, tid);
  }

  /**
   * Sets the nice value of one thread; lowering it again needs CAP_SYS_NICE or a suitable
   * RLIMIT_NICE.
   */
  public static int setNice(int tid, int nice) {
    return QuickCalls.make(CallState.current(CallKind.OTHER), SETPRIORITY, 0, tid, nice);
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
    int result = QuickCalls.make(state, CLOCK_GETTIME, clock, state.option.address());
    return result < 0
        ? result
        : state.option.get(JAVA_LONG, 0) * 1_000_000_000L + state.option.get(JAVA_LONG, 8);
  }
}
