package dev.weft.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waits for conditions instead of guessing how long something takes. */
public final class Eventually {
  /**
   * How long a test waits before it gives up. A passing test never waits that long; on a machine
   * that is busy with other things it has to be generous.
   */
  public static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private Eventually() {}

  /** Returns once {@code condition} is true; fails when it never is. */
  public static void eventually(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    long pause = TimeUnit.MICROSECONDS.toNanos(50);
    while (!condition.call()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("waited " + PATIENCE.toSeconds() + " s in vain until " + what);
      }
      TimeUnit.NANOSECONDS.sleep(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
    }
  }
}
