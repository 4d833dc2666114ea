package dev.weft.internal.sched;

import java.util.concurrent.TimeUnit;

/**
 * Estimates how long a machine runs a goroutine: a moving average over rounds, in each of which it
 * runs all ready goroutines. It decides whether queued tasks are worth waking another machine. Used
 * by the machine's own thread.
 */
final class RunTimeEstimator {
  /**
   * Waking another machine and moving goroutines to its core takes some 10 µs of CPU where this was
   * measured; work that takes less than four times that is not worth it.
   */
  static final long WORTH_HELP_NANOS = TimeUnit.MICROSECONDS.toNanos(40);

  /**
   * The maximum that a round counts, since another thread may have interrupted it for milliseconds.
   */
  private static final long MAX_NANOS = 2 * WORTH_HELP_NANOS;

  private static final int FORGET_SHIFT = 3;

  private long since;
  private long nanos = MAX_NANOS;

  /** Begins a round. */
  void begin(long now) {
    since = now;
  }

  /** Ends a round in which this many goroutines ran, and begins the next. */
  void end(long now, int goroutines) {
    if (goroutines > 0) {
      nanos += (Math.min((now - since) / goroutines, MAX_NANOS) - nanos) >> FORGET_SHIFT;
    }
    since = now;
  }

  /**
   * Reports whether this many queued goroutines would wait so long that another machine should
   * help.
   */
  boolean wantsHelpWith(int goroutines) {
    return goroutines * nanos >= WORTH_HELP_NANOS;
  }
}
