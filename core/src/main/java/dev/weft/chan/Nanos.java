package dev.weft.chan;

import java.time.Duration;

/**
 * Durations in nanoseconds, with those too long to count (292 years) cut to the longest that is
 * not.
 */
final class Nanos {
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);
  private static final Duration SHORTEST = Duration.ofNanos(Long.MIN_VALUE);

  /** The longest time that is added to a point of time and still compared by subtraction. */
  static final long CENTURY = Duration.ofDays(36_500).toNanos();

  private Nanos() {}

  static long of(Duration duration) {
    if (duration.compareTo(LONGEST) >= 0) {
      return Long.MAX_VALUE;
    }
    return duration.compareTo(SHORTEST) <= 0 ? Long.MIN_VALUE : duration.toNanos();
  }

  /**
   * The value of {@link System#nanoTime()} that many nanoseconds from now; may wrap, as that may.
   */
  static long deadline(long nanos) {
    return System.nanoTime() + nanos;
  }
}
