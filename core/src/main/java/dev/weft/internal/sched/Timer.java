package dev.weft.internal.sched;

/**
 * An action to run once at a given time.
 *
 * <p>A timer belongs to one {@link TimerHeap}, and may be armed, moved and cancelled there any
 * number of times, by any thread. A cancelled timer leaves the heap at once, so it retains nothing.
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

  /** Guarded by the heap's lock, as the next field. */
  long when;

  int index = NOT_ARMED;

  /**
   * @param heap the heap of the timer: {@link Scheduler#timers()} of the thread that will most
   *     likely use it
   */
  protected Timer(TimerHeap heap) {
    this.heap = heap;
  }

  /**
   * Returns the time {@code nanos} after {@code now}; the last one of the scale, which never comes,
   * if that is beyond it.
   *
   * @param nanos not negative
   */
  public static long after(long now, long nanos) {
    long when = now + nanos;
    return when < now ? Long.MAX_VALUE : when;
  }

  /**
   * Called when the time has come, on a thread of the scheduler: must be short, must not block and
   * must not throw.
   */
  protected abstract void fire();

  /**
   * Arms the timer for {@code nanoTime}, on {@link System#nanoTime}'s scale, whether it was armed
   * or not.
   */
  public final void arm(long nanoTime) {
    boolean failed = true;
    try {
      heap.arm(this, nanoTime, false);
      failed = false;
    } finally {
      if (failed) {
        armFailed();
      }
    }
  }

  /**
   * Called before {@link #arm} fails for want of memory. Code that arms a timer only if it has not
   * done so before must note here that it has not.
   */
  protected void armFailed() {}

  /** Arms the timer for {@code nanoTime}, unless it is armed for an earlier time. */
  public final void armNoLaterThan(long nanoTime) {
    heap.arm(this, nanoTime, true);
  }

  /**
   * Removes the timer from its heap; returns false when it was not armed, or is firing or has
   * fired.
   */
  public final boolean cancel() {
    return heap.remove(this);
  }
}
