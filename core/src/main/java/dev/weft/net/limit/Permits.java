package dev.weft.net.limit;

import dev.weft.context.Context;
import dev.weft.context.Registration;
import dev.weft.internal.sched.TimerCondition;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A semaphore whose waits end with a time-out, a cancelled context, an interrupt or {@link #close}.
 */
final class Permits {
  static final long FOREVER = TimerCondition.FOREVER;

  enum Outcome {
    GRANTED,
    TIMED_OUT,
    CANCELLED,
    CLOSED
  }

  private final ReentrantLock lock = new ReentrantLock(true);
  private final TimerCondition changed = new TimerCondition(lock);
  private final long total;

  // Guarded by the lock.
  private long taken;
  private int waiting;
  private boolean closed;

  Permits(long total) {
    this.total = total;
  }

  /**
   * Takes {@code count} permits.
   *
   * @param nanos how long to wait for them; {@link #FOREVER} for no limit
   * @throws InterruptedIOException when interrupted while waiting; the thread stays interrupted
   */
  Outcome take(long count, long nanos, Context context, String what) throws InterruptedIOException {
    Registration wakes = null;
    lock.lock();
    try {
      long left = nanos;
      while (true) {
        if (closed) {
          return Outcome.CLOSED;
        }
        if (count <= total - taken) {
          taken += count;
          return Outcome.GRANTED;
        }
        if (context.isCancelled()) {
          return Outcome.CANCELLED;
        }
        if (left <= 0) {
          return Outcome.TIMED_OUT;
        }
        if (wakes == null) {
          wakes = context.afterFunc(this::wakeAll);
        }
        left = await(left, what);
      }
    } finally {
      lock.unlock();
      if (wakes != null) {
        wakes.stop();
      }
    }
  }

  private long await(long left, String what) throws InterruptedIOException {
    waiting++;
    try {
      return changed.awaitNanos(left);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(what + ": interrupted");
    } finally {
      waiting--;
    }
  }

  void give(long count) {
    lock.lock();
    try {
      taken -= count;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void wakeAll() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends all waits, and every later one. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  long taken() {
    lock.lock();
    try {
      return taken;
    } finally {
      lock.unlock();
    }
  }

  int waiting() {
    lock.lock();
    try {
      return waiting;
    } finally {
      lock.unlock();
    }
  }
}
