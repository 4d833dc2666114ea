package dev.weft.internal.sched;

import dev.weft.internal.timer.Timer;
import dev.weft.internal.timer.TimerHeap;
import java.util.concurrent.locks.LockSupport;

/** A sleeping thread's timer. */
public final class Sleep extends Timer implements Blocker {
  private final Thread sleeper = Thread.currentThread();
  private volatile boolean over;

  private Sleep(TimerHeap heap) {
    super(heap);
  }

  /**
   * Lets the calling thread sleep; a duration that is not positive only checks for an interrupt.
   */
  public static void sleep(TimerHeap heap, long nanos) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("sleep interrupted");
    }
    if (nanos <= 0) {
      return;
    }
    Sleep timer = new Sleep(heap);
    timer.arm(after(Clock.nanoTime(), nanos));
    while (!timer.over) {
      LockSupport.park(timer);
      if (Thread.interrupted()) {
        timer.cancel();
        throw new InterruptedException("sleep interrupted");
      }
    }
  }

  @Override
  public String waitReason(Thread waiting) {
    return "sleep";
  }

  @Override
  protected void fire() {
    over = true;
    LockSupport.unpark(sleeper);
  }
}
