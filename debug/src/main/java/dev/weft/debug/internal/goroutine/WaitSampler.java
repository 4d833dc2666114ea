package dev.weft.debug.internal.goroutine;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Picks waits, with a preference for long ones, and at a limited rate.
 *
 * <p>As in Go's block profile there is a period: a wait as long as the period, or longer, is
 * picked; a shorter one is picked with the probability wait / period, and then stands for period /
 * wait of its kind. Whatever the period is, the sums are expected to be those of all waits. It is
 * therefore doubled while too many are picked, and halved while there are few.
 *
 * <p>Safe for use by any thread. Threads that change the period at the same time may change it once
 * instead of twice, which the next picks correct.
 */
final class WaitSampler {
  static final int PICKS_IN_WINDOW = 20;
  static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final int FEW_PICKS = PICKS_IN_WINDOW / 4;
  private static final long SHORTEST_PERIOD = TimeUnit.MICROSECONDS.toNanos(1);
  private static final long LONGEST_PERIOD = TimeUnit.HOURS.toNanos(1);

  private volatile long period = TimeUnit.MICROSECONDS.toNanos(10);
  private volatile long windowBegan;
  private final AtomicInteger picks = new AtomicInteger();

  WaitSampler(long now) {
    windowBegan = now;
  }

  /**
   * Returns the number of waits that this one represents; 0 when it is not picked.
   *
   * @param nanos the length of the wait
   */
  double weigh(long nanos, long now) {
    if (nanos <= 0) {
      return 0;
    }
    if (now - windowBegan >= WINDOW_NANOS) {
      if (picks.get() < FEW_PICKS) {
        period = Math.max(SHORTEST_PERIOD, period / 2);
      }
      beginWindow(now);
    }
    long each = period;
    if (nanos < each && ThreadLocalRandom.current().nextLong(each) >= nanos) {
      return 0;
    }
    if (picks.incrementAndGet() >= PICKS_IN_WINDOW) {
      period = Math.min(LONGEST_PERIOD, each * 2);
      beginWindow(now);
    }
    return nanos < each ? (double) each / nanos : 1;
  }

  private void beginWindow(long now) {
    windowBegan = now;
    picks.set(0);
  }
}
