package dev.weft.internal.sched;

import dev.weft.internal.sys.Jdk;
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

  /**
   * As {@link LockSupport#parkNanos(Object, long)}. In a goroutine the time ends by a timer of
   * Weft's: when there is no memory for one, this throws and has not waited. The JDK would lose the
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

  /** Those of the goroutine that calls; {@code null} on other threads and the JDK's scheduler. */
  private static @Nullable TimerHeap timers() {
    BubbleScheduler bubble = bubble();
    if (bubble != null) {
      return bubble.timers();
    }
    return Thread.currentThread().isVirtual() && Jdk.currentCarrier() instanceof Machine machine
        ? machine.scheduler.timers()
        : null;
  }

  /** Unparks the thread that made it. */
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
