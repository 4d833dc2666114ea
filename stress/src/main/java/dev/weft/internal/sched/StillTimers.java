package dev.weft.internal.sched;

import dev.weft.internal.timer.TimerHeap;

/** Timers that never fire: the tests do themselves what a timer would. */
public final class StillTimers {
  private StillTimers() {}

  public static TimerHeap heap() {
    return new TimerHeap(when -> {});
  }
}
