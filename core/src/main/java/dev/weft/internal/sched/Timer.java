package dev.weft.internal.sched;

/**
 * Something to be done at a time, once.
 *
 * <p>A timer lives in one {@link TimerHeap} for good, and may be armed, moved and cancelled there
 * any number of times, by any thread. When cancelled it leaves the heap at once, so a cancelled
 * timer holds nothing.
 *
 * <pre>
 *   idle --arm--> armed --its time comes--> idle, then fire() runs
 *   armed --cancel--> idle
 * </pre>
 *
 * An {@code arm} during {@code fire()} simply arms it again.
 */
public abstract class Timer {
  static final int NOT_ARMED = -1;

  private final TimerHeap heap;

  /** Both guarded by the heap's lock. */
  long when;

  int index = NOT_ARMED;

  /**
   * @param heap where to wait: {@link Scheduler#timers()} of the thread that will most likely use
   *     the timer
   */
  protected Timer(TimerHeap heap) {
    this.heap = heap;
  }

  /**
   * Called once the time has come, on a scheduler thread: must be short, must not block and must
   * not throw.
   */
  protected abstract void fire();

  /**
   * Sets the time to {@code nanoTime}, on {@link System#nanoTime}'s scale, whether it was armed or
   * not.
   */
  public final void arm(long nanoTime) {
    heap.arm(this, nanoTime, false);
  }

  /**
   * Sees to it that the timer fires no later than {@code nanoTime}; if it is armed for an earlier
   * time it stays so.
   */
  public final void armNoLaterThan(long nanoTime) {
    heap.arm(this, nanoTime, true);
  }

  /**
   * Takes the timer out of its heap; false when it was not armed (never, or because it fires just
   * now or has fired).
   */
  public final boolean cancel() {
    return heap.remove(this);
  }
}
