package dev.weft.internal.sched;

import dev.weft.internal.sys.Jdk;
import dev.weft.internal.timer.Timer;
import dev.weft.internal.timer.TimerHeap;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The clock of deadlines, sleeps and waits: the system's, or for goroutines of a bubble the
 * bubble's. Code that measures durations, instead of waiting for a time, uses {@link
 * System#nanoTime}.
 */
public final class Clock {
  /**
   * The longest time limit. A point in time this far ahead is still compared correctly by
   * subtraction, and within the range of a bubble's clock. Longer waits have no limit. A constant
   * of the compiler: a class initializer would fail if its first run overflowed the stack.
   */
  private static final long CENTURY_NANOS = 36_500L * 86_400 * 1_000_000_000;

  /**
   * Whether there has been a bubble. Set before its thread starts, so its goroutines see it; other
   * threads do not depend on it.
   */
  private static boolean hasBubbles;

  /** The process's scheduler; {@code null} until there is one. */
  private static volatile @Nullable Scheduler shared;

  private Clock() {}

  static void expectBubbles() {
    hasBubbles = true;
  }

  /** Has {@code scheduler} end the waits of virtual threads that no machine carries. */
  public static void useTimersOf(Scheduler scheduler) {
    shared = scheduler;
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

  /**
   * The point in time, on the scale of {@link #nanoTime()}, at which {@code timeout} is over. A
   * negative time counts as zero.
   */
  public static long nanoTimeAfter(Duration timeout) {
    return nanoTime() + nanos(timeout);
  }

  /** The time in nanoseconds, from 0 to a century. */
  public static long nanos(Duration time) {
    return Math.clamp(TimeUnit.NANOSECONDS.convert(time), 0, CENTURY_NANOS);
  }

  /** As {@link Instant#now}. */
  public static Instant now() {
    BubbleScheduler bubble = bubble();
    return bubble == null ? Instant.now() : bubble.now();
  }

  /**
   * As {@link LockSupport#parkNanos(Object, long)}. In a virtual thread it uses a timer of Weft:
   * without memory for the timer this throws and does not wait. The JDK's timed park would lose the
   * thread then.
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

  /** Returns the timers for the calling virtual thread; {@code null} on other threads. */
  private static @Nullable TimerHeap timers() {
    BubbleScheduler bubble = bubble();
    if (bubble != null) {
      return bubble.timers();
    }
    if (!Thread.currentThread().isVirtual()) {
      return null;
    }
    Scheduler scheduler =
        Jdk.currentCarrier() instanceof Machine machine ? machine.scheduler : shared;
    return scheduler == null ? null : scheduler.timers();
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
