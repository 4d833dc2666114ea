package dev.weft.internal.sched;

import dev.weft.internal.timer.TimerHeap;

/** Timers that fire only when a test says so. */
public final class ManualTimers {
  private final TimerHeap heap = new TimerHeap(when -> {});

  public TimerHeap heap() {
    return heap;
  }

  /** How many are armed. */
  public int armed() {
    return heap.size();
  }

  /** When the next is due, on {@link System#nanoTime}'s scale. */
  public long earliest() {
    return heap.earliest();
  }

  /** Fires what is due by now, and returns how many that were. */
  public int runDue() {
    return heap.runDue();
  }

  /** Fires what is due at {@code when}, which has to be soon. */
  public int runDueAt(long when) {
    while (System.nanoTime() - when <= 0) {
      Thread.onSpinWait();
    }
    return runDue();
  }
}
