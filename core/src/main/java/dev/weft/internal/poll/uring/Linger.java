package dev.weft.internal.poll.uring;

import java.util.concurrent.TimeUnit;

/**
 * SO_LINGER on io_uring. A time above 0 is not told to the kernel, which would sleep so long in the
 * call that drops a closed socket for good: here, in the one that submits and collects for all of a
 * processor's connections. {@link Lingering} keeps it instead.
 */
final class Linger {
  /** As for the kernel. */
  static final int NONE = -1;

  /** How long unsent data outlives a close where no time was set. */
  private static final long DEFAULT_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final int MOST_SECONDS = 0xFFFF;

  private Linger() {}

  /** What is kept of a value that a user sets. */
  static int kept(int seconds) {
    return Math.clamp(seconds, NONE, MOST_SECONDS);
  }

  /** What the kernel is told instead. */
  static int forKernel(int seconds) {
    return seconds > 0 ? NONE : seconds;
  }

  /** How long unsent data outlives a close. */
  static long nanos(int seconds) {
    return seconds < 0 ? DEFAULT_NANOS : TimeUnit.SECONDS.toNanos(seconds);
  }
}
