package dev.weft.internal.sched;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A condition of a lock, as {@link java.util.concurrent.locks.Condition}, whose waits end by the
 * {@link Clock}. Its methods are for threads that hold the lock, once.
 */
public final class TimerCondition {
  /** No time limit, for {@link #awaitNanos}. */
  public static final long FOREVER = Long.MAX_VALUE;

  private final ReentrantLock lock;

  /** Guarded by the lock. */
  private final List<Thread> waiting = new ArrayList<>();

  public TimerCondition(ReentrantLock lock) {
    this.lock = lock;
  }

  /**
   * Releases the lock, waits for a signal, and takes the lock again. May return without a signal.
   *
   * @return the rest of {@code nanos}; zero or negative when the time has passed
   * @throws InterruptedException when interrupted, before or during the wait; the caller also holds
   *     the lock then
   */
  public long awaitNanos(long nanos) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    long begin = Clock.nanoTime();
    Thread me = Thread.currentThread();
    waiting.add(me);
    lock.unlock();
    try {
      // A signal between releasing the lock and parking leaves the permit of an unpark.
      if (nanos == FOREVER) {
        LockSupport.park(this);
      } else {
        Clock.parkNanos(this, nanos);
      }
    } finally {
      lock.lock();
      waiting.remove(me);
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return nanos == FOREVER ? FOREVER : nanos - (Clock.nanoTime() - begin);
  }

  /** Ends all waits. */
  public void signalAll() {
    for (int i = 0; i < waiting.size(); i++) {
      LockSupport.unpark(waiting.get(i));
    }
  }
}
