package dev.weft.internal.sched;

import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The clock of deadlines, sleeps and waits: the system's, or in the goroutines of a bubble the
 * bubble's. What measures how long something takes, instead of deciding when it is over, asks the
 * system.
 */
public final class Clock {
  /**
   * A wait of more than a century is none for a time: the scale of the bubble's clock ends
   * somewhere.
   */
  private static final long CENTURY_NANOS = 36_500L * 86_400 * 1_000_000_000;

  /**
   * Whether there has been a bubble. Set before its thread starts, so its goroutines see it; what
   * other threads see makes no difference to them.
   */
  private static boolean hasBubbles;

  private Clock() {}

  static void expectBubbles() {
    hasBubbles = true;
  }

  /** The bubble whose goroutine calls, or whose timer; {@code null} outside of bubbles. */
  static @Nullable BubbleScheduler bubble() {
    return hasBubbles ? BubbleScheduler.ofCaller() : null;
  }

  /** As {@link System#nanoTime}. */
  public static long nanoTime() {
    BubbleScheduler bubble = bubble();
    return bubble == null ? System.nanoTime() : bubble.nanoTime();
  }

  /** As {@link Instant#now}. */
  public static Instant now() {
    BubbleScheduler bubble = bubble();
    return bubble == null ? Instant.now() : bubble.now();
  }

  /** As {@link LockSupport#parkNanos(Object, long)}. */
  public static void parkNanos(Object blocker, long nanos) {
    BubbleScheduler bubble = bubble();
    if (bubble == null) {
      LockSupport.parkNanos(blocker, nanos);
    } else if (nanos >= CENTURY_NANOS) {
      LockSupport.park(blocker);
    } else if (nanos > 0) {
      bubble.parkNanos(blocker, nanos);
    }
  }
}
