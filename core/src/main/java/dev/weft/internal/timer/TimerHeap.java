package dev.weft.internal.timer;

import dev.weft.internal.sync.FailureLog;
import dev.weft.internal.sync.SpinLock;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one processor: a 4-ary heap by time, as Go has it (half the depth of a binary heap,
 * and the children share a cache line).
 *
 * <p>{@link #earliest} is read without the lock by threads that are about to sleep. It is written
 * under the lock, after the heap and before {@link Listener#earlier} is called, which is what makes
 * the sleeper's protocol work: a sleeper announces that it is about to sleep, then reads {@code
 * earliest}; a thread that arms a timer writes {@code earliest}, then looks for sleepers.
 *
 * <p>Arrays are allocated without the lock. Without memory for a larger array {@link #arm} throws
 * and changes nothing; shrinking the array is then skipped, so that removing and firing never
 * throw.
 */
public final class TimerHeap {
  static {
    FailureLog.resolve(Throwable.class, OutOfMemoryError.class);
  }

  private static final String CALLBACK_FAILED = FailureLog.message("a timer's callback failed");

  /** Result of {@link #earliest} when no timer is armed. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final int ARITY = 4;
  private static final int INITIAL = 16;

  // What tryArm returns, besides lengths.
  private static final int LATER = 0;
  private static final int FIRST = -1;

  /**
   * A spin lock, because goroutines and machines contend for it: in a lock with a queue a machine
   * could wait for a goroutine that waits for a machine.
   */
  private static final class Lock extends SpinLock {}

  /** Called, without the lock, when the earliest time has moved forward; must not block. */
  @FunctionalInterface
  public interface Listener {
    void earlier(long when);
  }

  private final Listener listener;
  private final Lock lock = new Lock();

  // Guarded by the lock.
  private @Nullable Timer[] heap = new Timer[INITIAL];
  private int size;

  /** The timers that are armed or keep their place: the array has room for all of them. */
  private int places;

  private volatile long earliest = NEVER;

  public TimerHeap(Listener listener) {
    this.listener = listener;
  }

  /** Returns when the next timer is due, on {@link System#nanoTime}'s scale, or {@link #NEVER}. */
  public long earliest() {
    return earliest;
  }

  /** Returns how many timers are armed. */
  public int size() {
    lock.lock();
    try {
      return size;
    } finally {
      lock.unlock();
    }
  }

  void arm(Timer timer, long when, boolean onlyIfEarlier) {
    long at = when == NEVER ? NEVER - 1 : when;
    @Nullable Timer[] larger = null;
    while (true) {
      int outcome = tryArm(timer, at, onlyIfEarlier, larger);
      if (outcome > 0) {
        larger = new Timer[outcome];
        continue;
      }
      if (outcome == FIRST) {
        listener.earlier(at);
      }
      return;
    }
  }

  /** Takes a place for a timer that keeps it. */
  void reserve(Timer timer) {
    @Nullable Timer[] larger = null;
    for (int length; (length = tryReserve(timer, larger)) > 0; ) {
      larger = new Timer[length];
    }
  }

  private int tryReserve(Timer timer, @Nullable Timer @Nullable [] larger) {
    lock.lock();
    try {
      return takePlace(timer, larger);
    } finally {
      lock.unlock();
    }
  }

  /** Returns 0 when the timer has a place now, or the length of the array that is needed first. */
  private int takePlace(Timer timer, @Nullable Timer @Nullable [] larger) {
    if (timer.hasPlace) {
      return 0;
    }
    if (places == heap.length) {
      if (larger == null || larger.length <= places) {
        return 2 * places;
      }
      System.arraycopy(heap, 0, larger, 0, size);
      heap = larger;
    }
    timer.hasPlace = true;
    places++;
    return 0;
  }

  private void leavePlace(Timer timer) {
    timer.hasPlace = false;
    places--;
  }

  /**
   * Returns {@link #FIRST} when the timer is now the earliest, {@link #LATER} when it is not, or
   * the length of the array that is needed first.
   */
  private int tryArm(
      Timer timer, long at, boolean onlyIfEarlier, @Nullable Timer @Nullable [] larger) {
    lock.lock();
    try {
      if (timer.index == Timer.NOT_ARMED) {
        int needed = takePlace(timer, larger);
        if (needed > 0) {
          return needed;
        }
        timer.when = at;
        timer.index = size++;
        siftUp(timer);
      } else if (at < timer.when) {
        timer.when = at;
        siftUp(timer);
      } else if (at > timer.when && !onlyIfEarlier) {
        timer.when = at;
        siftDown(timer);
      } else {
        return LATER;
      }
      return publish() ? FIRST : LATER;
    } finally {
      lock.unlock();
    }
  }

  /** Removes a timer, with its place; false when it was not armed. Allocates nothing. */
  boolean remove(Timer timer) {
    lock.lock();
    try {
      if (timer.index == Timer.NOT_ARMED) {
        if (timer.hasPlace) {
          leavePlace(timer);
        }
        return false;
      }
      take(timer);
      leavePlace(timer);
      publish();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Fires the timers that are due, unless another thread has the lock. Callbacks run without the
   * lock, in order of time.
   *
   * @return how many fired
   */
  public int runDue() {
    return earliest == NEVER ? 0 : runDue(System.nanoTime());
  }

  /** Fires the timers that are due at {@code now}, as {@link #runDue()}. */
  public int runDue(long now) {
    int fired = 0;
    while (earliest <= now && lock.tryLock()) {
      Timer due;
      try {
        due = heap[0];
        if (due == null || due.when > now) {
          break;
        }
        take(due);
        if (!due.keepsPlace) {
          leavePlace(due);
        }
        publish();
      } finally {
        lock.unlock();
      }
      fire(due);
      fired++;
    }
    if (fired > 0) {
      shrinkIfSparse();
    }
    return fired;
  }

  /** A failing callback must not end the machine, or sysmon, that runs it. */
  private static void fire(Timer due) {
    try {
      due.fire();
    } catch (Throwable e) {
      FailureLog.write(CALLBACK_FAILED, e);
    }
  }

  private boolean publish() {
    Timer first = heap[0];
    long now = first == null ? NEVER : first.when;
    long before = earliest;
    if (now != before) {
      earliest = now;
    }
    return now < before;
  }

  private void take(Timer timer) {
    int hole = timer.index;
    timer.index = Timer.NOT_ARMED;
    Timer last = at(--size);
    heap[size] = null;
    if (last != timer) {
      last.index = hole;
      heap[hole] = last;
      siftUp(last);
      siftDown(last);
    }
  }

  private static boolean isSparse(int places, int length) {
    return length > INITIAL && places < length / ARITY;
  }

  /** Gives memory back if there is some for the smaller array, and the lock is free. */
  void shrinkIfSparse() {
    int length = heap.length; // A race here costs a smaller array that is not used.
    if (!isSparse(places, length)) {
      return;
    }
    @Nullable Timer[] smaller;
    try {
      smaller = new Timer[length / 2];
    } catch (OutOfMemoryError e) {
      return; // A later removal tries again.
    }
    if (!lock.tryLock()) {
      return;
    }
    try {
      if (heap.length == length && isSparse(places, length)) {
        System.arraycopy(heap, 0, smaller, 0, size);
        heap = smaller;
      }
    } finally {
      lock.unlock();
    }
  }

  private void siftUp(Timer timer) {
    int i = timer.index;
    while (i > 0) {
      int parent = (i - 1) / ARITY;
      Timer above = at(parent);
      if (above.when <= timer.when) {
        break;
      }
      place(above, i);
      i = parent;
    }
    place(timer, i);
  }

  private void siftDown(Timer timer) {
    int i = timer.index;
    while (true) {
      int child = ARITY * i + 1;
      if (child >= size) {
        break;
      }
      Timer least = at(child);
      int end = Math.min(child + ARITY, size);
      for (int c = child + 1; c < end; c++) {
        Timer other = at(c);
        if (other.when < least.when) {
          least = other;
        }
      }
      if (timer.when <= least.when) {
        break;
      }
      int next = least.index;
      place(least, i);
      i = next;
    }
    place(timer, i);
  }

  private void place(Timer timer, int i) {
    heap[i] = timer;
    timer.index = i;
  }

  private Timer at(int i) {
    Timer timer = heap[i];
    if (timer == null) {
      throw new AssertionError("timer heap has no element " + i + " of " + size);
    }
    return timer;
  }
}
