package dev.weft.internal.sched;

import dev.weft.internal.sys.Jdk;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The clock of deadlines, sleeps and waits: the system's, or for goroutines of a bubble the
 * bubble's. Code that measures durations, instead of waiting for a time, uses {@link
 * System#nanoTime}.
 */
public final class Clock {
  /**
   * Waits of more than a century have no time limit, because the range of the bubble's clock is
   * finite.
   */
  private static final long CENTURY_NANOS = 36_500L * 86_400 * 1_000_000_000;

  /**
   * Whether there has been a bubble. Set before its thread starts, so its goroutines see it; other
   * threads do not depend on it.
   */
  private static boolean hasBubbles;

  private Clock() {}

  static void expectBubbles() {
    hasBubbles = true;
  }

  /** Returns the bubble of the calling goroutine or timer; {@code null} outside bubbles. */
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

  /**
   * As {@link LockSupport#parkNanos(Object, long)}. In a goroutine it uses a timer of Weft: without
   * memory for the timer this throws and does not wait. The JDK's timed park would lose the
   * goroutine then.
   */
  public static void parkNanos(Object blocker, long nanos) {
    if (nanos <= 0) {
      return;
    }
    TimerHeap timers = timers();
    if (timers == null) {
      LockSupport.parkNanos(blocker, nanos);
    } else if (nanos >= CENTURY_NANOS) {
      LockSupport.park(blocker);
    } else {
      Alarm alarm = new Alarm(timers);
      alarm.arm(nanoTime() + nanos);
      try {
        LockSupport.park(blocker);
      } finally {
        alarm.cancel();
      }
    }
  }

  /**
   * Returns the timers of the calling goroutine; {@code null} on other threads and on the JDK's
   * scheduler.
   */
  private static @Nullable TimerHeap timers() {
    BubbleScheduler bubble = bubble();
    if (bubble != null) {
      return bubble.timers();
    }
    return Thread.currentThread().isVirtual() && Jdk.currentCarrier() instanceof Machine machine
        ? machine.scheduler.timers()
        : null;
  }

  /** Unparks the thread that created it. */
  private static final class Alarm extends Timer {
    private final Thread waiter = Thread.currentThread();

    Alarm(TimerHeap heap) {
      super(heap);
    }

    @Override
    protected void fire() {
      LockSupport.unpark(waiter);
    }
  }
}
