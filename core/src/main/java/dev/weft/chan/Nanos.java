package dev.weft.chan;

import dev.weft.internal.sched.Clock;
import java.time.Duration;

/** Points in time on the scale of {@link System#nanoTime}. */
final class Nanos {
  /** The longest time that is added to a point of time and still compared by subtraction. */
  static final long CENTURY = Duration.ofDays(36_500).toNanos();

  private Nanos() {}

  /**
   * The value of {@link System#nanoTime()} that many nanoseconds from now; may wrap, as that may.
   */
  static long deadline(long nanos) {
    return Clock.nanoTime() + nanos;
  }
}
