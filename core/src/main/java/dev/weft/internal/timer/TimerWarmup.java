package dev.weft.internal.timer;

import java.util.concurrent.TimeUnit;

/** Makes the JVM load and link the code of timers at start-up; later it must need no memory. */
public final class TimerWarmup {
  /** So many that the heap's array grows, and shrinks again. */
  private static final int TIMERS = 20;

  private TimerWarmup() {}

  /**
   * Runs the code that arms, moves, fires and cancels timers. A failure half-way would leave the
   * heap in disorder, or lose the timer that was about to fire.
   */
  public static void moveTimers() {
    TimerHeap heap = new TimerHeap(when -> {});
    long now = System.nanoTime();
    Timer[] timers = new Timer[TIMERS];
    for (int i = 0; i < TIMERS; i++) {
      timers[i] = new WarmupTimer(heap);
      timers[i].reserve();
      timers[i].arm(now + TimeUnit.HOURS.toNanos(TIMERS - i));
    }
    timers[TIMERS - 1].arm(now + TimeUnit.HOURS.toNanos(TIMERS + 1)); // to the end
    timers[0].armNoLaterThan(now); // to the beginning
    heap.runDue();
    for (Timer timer : timers) {
      timer.cancel();
    }
  }

  private static final class WarmupTimer extends Timer {
    WarmupTimer(TimerHeap heap) {
      super(heap, true);
    }

    @Override
    protected void fire() {
      arm(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
    }
  }
}
