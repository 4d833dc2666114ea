package dev.weft.net;

import java.time.Duration;

/**
 * Probes on an idle TCP connection, by which the system notices that the peer is gone. Times are
 * rounded up to whole seconds.
 *
 * @param idle how long the connection is idle before the first probe
 * @param interval the time between probes
 * @param count how many probes without an answer end the connection
 */
public record KeepAlive(Duration idle, Duration interval, int count) {
  /** Go's: a probe after 15 s of silence, every 15 s, and the end after nine. */
  public static final KeepAlive DEFAULT =
      new KeepAlive(Duration.ofSeconds(15), Duration.ofSeconds(15), 9);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when one of them is not positive
   */
  public KeepAlive {
    if (!idle.isPositive() || !interval.isPositive() || count < 1) {
      throw new IllegalArgumentException(
          "keep-alive after " + idle + ", every " + interval + ", " + count + " times");
    }
  }

  static int seconds(Duration time) {
    return (int) Math.min(time.plusNanos(999_999_999).toSeconds(), Integer.MAX_VALUE);
  }
}
