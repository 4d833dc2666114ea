package dev.weft.internal.poll;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Who uses a descriptor: serializes readers among themselves and writers among themselves, and
 * finds the moment when a closed descriptor is used by nobody any more. After Go's {@code fdMutex}.
 *
 * <p>One 64-bit word:
 *
 * <pre>
 *   bit  0        closed
 *   bit  1        locked for reading
 *   bit  2        locked for writing
 *   bits 3..22    references: calls in progress, and the open descriptor is not one of them
 *   bits 23..42   threads waiting for the read lock
 *   bits 43..62   threads waiting for the write lock
 * </pre>
 *
 * <p>Every transition is one compare-and-set. A lock holds a reference. {@code close} sets the
 * closed bit, takes a reference of its own, and sends all waiting threads away; whoever drops the
 * last reference of a closed descriptor is told so, exactly once, and must release it. So a
 * descriptor's number is never given back to the system while a call still uses it.
 */
public final class FdLock {
  public static final int OK = 0;
  public static final int CLOSED = 1;
  public static final int INTERRUPTED = 2;

  private static final long CLOSED_BIT = 1;
  private static final long READ_LOCK = 1 << 1;
  private static final long WRITE_LOCK = 1 << 2;
  private static final long REFERENCE = 1 << 3;
  private static final long REFERENCE_MASK = ((1L << 20) - 1) << 3;
  private static final long READ_WAITER = 1L << 23;
  private static final long READ_WAITER_MASK = ((1L << 20) - 1) << 23;
  private static final long WRITE_WAITER = 1L << 43;
  private static final long WRITE_WAITER_MASK = ((1L << 20) - 1) << 43;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(FdLock.class, "state", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile long state;
  private volatile @Nullable Semaphore readQueue;
  private volatile @Nullable Semaphore writeQueue;

  public FdLock() {}

  /** Takes a reference; false when closed. */
  public boolean reference() {
    while (true) {
      long old = state;
      if ((old & CLOSED_BIT) != 0) {
        return false;
      }
      if (STATE.compareAndSet(this, old, plusReference(old))) {
        return true;
      }
    }
  }

  /** Drops a reference; true when the caller must release the descriptor. */
  public boolean dereference() {
    while (true) {
      long old = state;
      long now = old - REFERENCE;
      if ((old & REFERENCE_MASK) == 0) {
        throw new AssertionError("a descriptor's reference was dropped twice");
      }
      if (STATE.compareAndSet(this, old, now)) {
        return isOver(now);
      }
    }
  }

  /**
   * Closes; false when that was done already. The caller then holds a reference, and must drop it.
   */
  public boolean close() {
    while (true) {
      long old = state;
      if ((old & CLOSED_BIT) != 0) {
        return false;
      }
      long now = plusReference(old | CLOSED_BIT) & ~(READ_WAITER_MASK | WRITE_WAITER_MASK);
      if (STATE.compareAndSet(this, old, now)) {
        release(true, (int) ((old & READ_WAITER_MASK) / READ_WAITER));
        release(false, (int) ((old & WRITE_WAITER_MASK) / WRITE_WAITER));
        return true;
      }
    }
  }

  public boolean isClosed() {
    return (state & CLOSED_BIT) != 0;
  }

  /**
   * Locks for reading, after whoever reads now: {@link #OK}, {@link #CLOSED} or {@link
   * #INTERRUPTED}.
   */
  public int lockRead() {
    return lock(READ_LOCK, READ_WAITER, READ_WAITER_MASK, true);
  }

  /** Locks for writing, after whoever writes now. */
  public int lockWrite() {
    return lock(WRITE_LOCK, WRITE_WAITER, WRITE_WAITER_MASK, false);
  }

  /** True when the caller must release the descriptor. */
  public boolean unlockRead() {
    return unlock(READ_LOCK, READ_WAITER, READ_WAITER_MASK, true);
  }

  /** True when the caller must release the descriptor. */
  public boolean unlockWrite() {
    return unlock(WRITE_LOCK, WRITE_WAITER, WRITE_WAITER_MASK, false);
  }

  private int lock(long bit, long waiter, long waiterMask, boolean reading) {
    while (true) {
      long old = state;
      if ((old & CLOSED_BIT) != 0) {
        return CLOSED;
      }
      if ((old & bit) == 0) {
        if (STATE.compareAndSet(this, old, plusReference(old | bit))) {
          return OK;
        }
        continue;
      }
      if ((old & waiterMask) == waiterMask) {
        throw new IllegalStateException("more than a million threads wait for one connection");
      }
      Semaphore queue = queue(reading);
      if (STATE.compareAndSet(this, old, old + waiter)) {
        // Counted as waiting now: whoever unlocks or closes takes us off the count and releases one
        // permit.
        try {
          queue.acquire();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          if (giveUpWaiting(waiter, waiterMask)) {
            return INTERRUPTED;
          }
          queue
              .acquireUninterruptibly(); // taken off the count already, so the permit is ours or is
          // about to come
        }
      }
    }
  }

  private boolean giveUpWaiting(long waiter, long waiterMask) {
    while (true) {
      long old = state;
      if ((old & waiterMask) == 0) {
        return false;
      }
      if (STATE.compareAndSet(this, old, old - waiter)) {
        return true;
      }
    }
  }

  private boolean unlock(long bit, long waiter, long waiterMask, boolean reading) {
    while (true) {
      long old = state;
      if ((old & bit) == 0) {
        throw new AssertionError("a descriptor was unlocked that was not locked");
      }
      boolean wake = (old & waiterMask) != 0;
      long now = (old & ~bit) - REFERENCE - (wake ? waiter : 0);
      if (STATE.compareAndSet(this, old, now)) {
        if (wake) {
          release(reading, 1);
        }
        return isOver(now);
      }
    }
  }

  private static long plusReference(long state) {
    if ((state & REFERENCE_MASK) == REFERENCE_MASK) {
      throw new IllegalStateException("more than a million calls on one connection");
    }
    return state + REFERENCE;
  }

  private static boolean isOver(long state) {
    return (state & (CLOSED_BIT | REFERENCE_MASK)) == CLOSED_BIT;
  }

  private void release(boolean reading, int permits) {
    if (permits > 0) {
      queue(reading).release(permits);
    }
  }

  /** Made when first needed: hardly any connection has two readers. */
  private Semaphore queue(boolean reading) {
    Semaphore queue = reading ? readQueue : writeQueue;
    if (queue != null) {
      return queue;
    }
    synchronized (this) {
      queue = reading ? readQueue : writeQueue;
      if (queue == null) {
        queue = new Semaphore(0);
        if (reading) {
          readQueue = queue;
        } else {
          writeQueue = queue;
        }
      }
      return queue;
    }
  }
}
