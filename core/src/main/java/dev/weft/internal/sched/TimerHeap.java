package dev.weft.internal.sched;

import dev.weft.internal.sync.SpinLock;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one processor: a 4-ary heap by time, as Go has it (half the depth of a binary heap,
 * and the children share a cache line).
 *
 * <p>{@link #earliest} is read without the lock by whoever wonders how long to sleep. It is written
 * under the lock, after the heap and before {@link Listener#earlier} is told, which is what makes
 * the sleeper's protocol work: a sleeper announces that it is about to sleep, then reads {@code
 * earliest}; a thread that arms a timer writes {@code earliest}, then looks for sleepers.
 */
public final class TimerHeap {
  /** What {@link #earliest} answers when no timer is armed. */
  static final long NEVER = Long.MAX_VALUE;

  private static final int ARITY = 4;
  private static final int INITIAL = 16;

  /**
   * Goroutines and machines contend for it. In a lock with a queue a machine could come to wait
   * behind a goroutine that waits for a machine.
   */
  private static final class Lock extends SpinLock {}

  /** Told when the earliest time has moved forward. Called without the lock; must not block. */
  interface Listener {
    void earlier(long when);
  }

  private final Listener listener;
  private final Lock lock = new Lock();
  private @Nullable Timer[] heap = new Timer[INITIAL];
  private int size;
  private volatile long earliest = NEVER;

  TimerHeap(Listener listener) {
    this.listener = listener;
  }

  /** When the next timer is due, on {@link System#nanoTime}'s scale, or {@link #NEVER}. */
  long earliest() {
    return earliest;
  }

  /** How many timers are armed. */
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
    boolean first;
    lock.lock();
    try {
      if (timer.index == Timer.NOT_ARMED) {
        if (size == heap.length) {
          heap = Arrays.copyOf(heap, 2 * size);
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
        return;
      }
      first = publish();
    } finally {
      lock.unlock();
    }
    if (first) {
      listener.earlier(at);
    }
  }

  boolean remove(Timer timer) {
    lock.lock();
    try {
      if (timer.index == Timer.NOT_ARMED) {
        return false;
      }
      take(timer);
      publish();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Fires the timers that are due, if nobody else is at the heap. The callbacks run without the
   * lock, in order of time.
   *
   * @return how many fired
   */
  int runDue() {
    if (earliest == NEVER) {
      return 0;
    }
    long now = System.nanoTime();
    int fired = 0;
    while (earliest <= now && lock.tryLock()) {
      Timer due;
      try {
        due = heap[0];
        if (due == null || due.when > now) {
          break;
        }
        take(due);
        publish();
      } finally {
        lock.unlock();
      }
      fire(due);
      fired++;
    }
    return fired;
  }

  /** Who comes here, a machine or sysmon, must not end with somebody's callback. */
  private static void fire(Timer due) {
    try {
      due.fire();
    } catch (Throwable e) {
      FailureLog.write("a timer's callback failed", e);
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
    if (heap.length > INITIAL && size < heap.length / ARITY) {
      heap = Arrays.copyOf(heap, heap.length / 2);
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
