package dev.weft.internal.sched;

import java.util.concurrent.TimeUnit;

/**
 * How long a machine takes for a goroutine, lately: an average that forgets, over the rounds in
 * which it runs all that is ready. It tells whether what is queued is worth another machine's help.
 * Only the machine itself uses it.
 */
final class RunTimeEstimator {
  /**
   * Waking another machine, and bringing goroutines and their memory to its core, takes some 10 µs
   * of CPU on the machine this was measured on; what would be over before four times that is not
   * worth it.
   */
  static final long WORTH_HELP_NANOS = TimeUnit.MICROSECONDS.toNanos(40);

  /**
   * A round counts for no more, as it may have been interrupted for milliseconds by another thread.
   */
  private static final long MAX_NANOS = 2 * WORTH_HELP_NANOS;

  private static final int FORGET_SHIFT = 3;

  private long since;
  private long nanos = MAX_NANOS;

  /** A round begins. */
  void begin(long now) {
    since = now;
  }

  /** A round in which so many goroutines ran is over, and the next begins. */
  void end(long now, int goroutines) {
    if (goroutines > 0) {
      nanos += (Math.min((now - since) / goroutines, MAX_NANOS) - nanos) >> FORGET_SHIFT;
    }
    since = now;
  }

  /** Whether so many goroutines have so long to wait for this machine that another should help. */
  boolean wantsHelpWith(int goroutines) {
    return goroutines * nanos >= WORTH_HELP_NANOS;
  }
}
