package dev.weft.internal.poll;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The locks and the reference count of a descriptor: serializes readers and serializes writers, and
 * detects when the last call on a closed descriptor has ended. Modelled on Go's {@code fdMutex}.
 *
 * <p>One 64-bit word:
 *
 * <pre>
 *   bit  0        closed
 *   bit  1        locked for reading
 *   bit  2        locked for writing
 *   bits 3..22    references: calls in progress; the open descriptor is not counted
 *   bits 23..42   threads waiting for the read lock
 *   bits 43..62   threads waiting for the write lock
 * </pre>
 *
 * <p>Every transition is one compare-and-set. A lock holds a reference. {@code close} sets the
 * closed bit, takes a reference of its own, and wakes all waiting threads, which return; the call
 * that drops the last reference of a closed descriptor, exactly one, gets {@code true} and must
 * release it. So a descriptor's number is never reused while a call still uses it.
 */
public final class FdLock {
  public static final int OK = 0;
  public static final int CLOSED = 1;
  public static final int INTERRUPTED = 2;
  public static final int CANCELLED = 3;
  public static final int BUSY = 4;

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

  /** Takes a reference; returns false when closed. */
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

  /** Drops a reference; returns true when the caller must release the descriptor. */
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
   * Closes; returns false when it was closed before. After true the caller holds a reference, and
   * must drop it.
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

  /** Reports whether a thread has one of the locks or waits for it; a snapshot. */
  public boolean isInUse() {
    return (state & (READ_LOCK | WRITE_LOCK | READ_WAITER_MASK | WRITE_WAITER_MASK)) != 0;
  }

  /** As {@link #lockRead(CancelSignal)}, without a signal. */
  public int lockRead() {
    return lockRead(null);
  }

  /** As {@link #lockWrite(CancelSignal)}, without a signal. */
  public int lockWrite() {
    return lockWrite(null);
  }

  /**
   * Locks for reading, waiting for the current reader: {@link #OK}, {@link #CLOSED}, {@link
   * #INTERRUPTED}, or {@link #CANCELLED} when the caller's signal cancelled it while it waited.
   */
  public int lockRead(@Nullable CancelSignal cancelSignal) {
    return lock(READ_LOCK, READ_WAITER, READ_WAITER_MASK, true, cancelSignal);
  }

  /** Locks for reading without waiting: {@link #OK}, {@link #CLOSED}, or {@link #BUSY}. */
  public int tryLockRead() {
    while (true) {
      long old = state;
      if ((old & CLOSED_BIT) != 0) {
        return CLOSED;
      }
      if ((old & READ_LOCK) != 0) {
        return BUSY;
      }
      if (STATE.compareAndSet(this, old, plusReference(old | READ_LOCK))) {
        return OK;
      }
    }
  }

  /** Locks for writing, waiting for the current writer; as {@link #lockRead(CancelSignal)}. */
  public int lockWrite(@Nullable CancelSignal cancelSignal) {
    return lock(WRITE_LOCK, WRITE_WAITER, WRITE_WAITER_MASK, false, cancelSignal);
  }

  /** Unlocks; returns true when the caller must release the descriptor. */
  public boolean unlockRead() {
    return unlock(READ_LOCK, READ_WAITER, READ_WAITER_MASK, true);
  }

  /** Unlocks; returns true when the caller must release the descriptor. */
  public boolean unlockWrite() {
    return unlock(WRITE_LOCK, WRITE_WAITER, WRITE_WAITER_MASK, false);
  }

  private int lock(
      long bit,
      long waiter,
      long waiterMask,
      boolean reading,
      @Nullable CancelSignal cancelSignal) {
    CancelSignal.Registration registration = null;
    try {
      while (true) {
        long old = state;
        if ((old & CLOSED_BIT) != 0) {
          return CLOSED;
        }
        // Try the lock before checking the signal: a waiter that an unlock has woken must take the
        // free lock, because no other waiter was woken.
        if ((old & bit) == 0) {
          if (STATE.compareAndSet(this, old, plusReference(old | bit))) {
            return OK;
          }
          continue;
        }
        if (cancelSignal != null && cancelSignal.isCancelled()) {
          return CANCELLED;
        }
        if ((old & waiterMask) == waiterMask) {
          throw new IllegalStateException("more than a million threads wait for one connection");
        }
        Semaphore queue = queue(reading);
        if (cancelSignal != null && registration == null) {
          registration = cancelSignal.onCancel(() -> wakeAll(waiterMask, waiter, reading));
        }
        if (STATE.compareAndSet(this, old, old + waiter)) {
          int outcome = await(queue, waiter, waiterMask, cancelSignal);
          if (outcome != OK) {
            return outcome;
          }
        }
      }
    } finally {
      if (registration != null) {
        registration.stop();
      }
    }
  }

  /**
   * Waits for an unlock, a close or a signal, each of which decrements the count of waiters and
   * releases one permit; returns {@link #OK} then.
   */
  private int await(
      Semaphore queue, long waiter, long waiterMask, @Nullable CancelSignal cancelSignal) {
    int reason = OK;
    // The signal is published before its action runs, so either this sees it, or the action sees
    // the
    // count.
    if (cancelSignal != null && cancelSignal.isCancelled()) {
      reason = CANCELLED;
    } else {
      try {
        queue.acquire();
        return OK;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        reason = INTERRUPTED;
      }
    }
    if (giveUpWaiting(waiter, waiterMask)) {
      return reason;
    }
    // The count was decremented already, so a permit is or will be released.
    queue.acquireUninterruptibly();
    return OK;
  }

  /**
   * Wakes all waiters of one direction, because a semaphore cannot wake a particular thread.
   * Waiters without a reason to return wait again, in a new order.
   */
  private void wakeAll(long waiterMask, long waiter, boolean reading) {
    while (true) {
      long old = state;
      if (STATE.compareAndSet(this, old, old & ~waiterMask)) {
        release(reading, (int) ((old & waiterMask) / waiter));
        return;
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

  /** Created when first needed, because few connections have two readers. */
  private Semaphore queue(boolean reading) {
    Semaphore queue = reading ? readQueue : writeQueue;
    if (queue != null) {
      return queue;
    }
    synchronized (this) {
      queue = reading ? readQueue : writeQueue;
      if (queue == null) {
        queue = new Semaphore(0, true);
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
