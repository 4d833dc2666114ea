package dev.weft.internal.timer;

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
 *
 * <p>Arming may fail for want of memory, because the heap has to grow. A timer that other code
 * relies on being armed, or that arms itself when it fires, <em>keeps its place</em>: from the
 * first time that it is armed or {@link #reserve reserved} until it is cancelled, arming it takes
 * no memory and does not throw.
 */
public abstract class Timer {
  static final int NOT_ARMED = -1;

  private final TimerHeap heap;
  final boolean keepsPlace;

  /** Guarded by the heap's lock, as the next fields. */
  long when;

  int index = NOT_ARMED;

  /** Whether the heap has room for this timer: while it is armed, or keeps its place. */
  boolean hasPlace;

  /**
   * Creates a timer that does not keep its place.
   *
   * @param heap the heap of the timer: {@code Scheduler.timers()} of the thread that will most
   *     likely use it
   */
  protected Timer(TimerHeap heap) {
    this(heap, false);
  }

  /**
   * @param heap see {@link #Timer(TimerHeap)}
   * @param keepsPlace whether it keeps its place until it is cancelled
   */
  protected Timer(TimerHeap heap, boolean keepsPlace) {
    this.heap = heap;
    this.keepsPlace = keepsPlace;
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
    heap.arm(this, nanoTime, false);
  }

  /** Has a timer that keeps its place take one before it is armed. */
  public final void reserve() {
    heap.reserve(this);
  }

  /** Arms the timer for {@code nanoTime}, unless it is armed for an earlier time. */
  public final void armNoLaterThan(long nanoTime) {
    heap.arm(this, nanoTime, true);
  }

  /**
   * Removes the timer from its heap, with its place; returns false when it was not armed, or is
   * firing or has fired.
   */
  public final boolean cancel() {
    boolean removed = heap.remove(this);
    if (removed) {
      heap.shrinkIfSparse();
    }
    return removed;
  }

  /** As {@link #cancel}, for a caller that holds a spin lock: allocates nothing. */
  public final boolean cancelUnderLock() {
    return heap.remove(this);
  }
}
