package dev.weft.internal.poll;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
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
  private volatile @Nullable FdLockQueue readQueue;
  private volatile @Nullable FdLockQueue writeQueue;

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
      long oneWaiter,
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
        FdLockQueue queue = queue(reading);
        FdLockQueue.Waiter waiter = new FdLockQueue.Waiter();
        if (cancelSignal != null && registration == null) {
          Thread me = Thread.currentThread();
          registration = cancelSignal.onCancel(() -> LockSupport.unpark(me));
        }
        if (STATE.compareAndSet(this, old, old + oneWaiter)) {
          int outcome = await(queue, waiter, oneWaiter, waiterMask, cancelSignal);
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
   * Waits for an unlock or a close, each of which decrements the count of waiters and releases one
   * permit; returns {@link #OK} then. At any time the threads that wait are as many as the count
   * and the permits together, so a thread that gives up decrements the count, or takes its permit.
   */
  private int await(
      FdLockQueue queue,
      FdLockQueue.Waiter waiter,
      long oneWaiter,
      long waiterMask,
      @Nullable CancelSignal cancelSignal) {
    queue.add(waiter);
    while (!waiter.isAwoken()) {
      int reason = reasonToGiveUp(cancelSignal);
      if (reason == OK) {
        LockSupport.park(this);
      } else if (giveUpWaiting(oneWaiter, waiterMask)) {
        queue.withdraw(waiter);
        return reason;
      } else {
        awaitPermit(waiter);
      }
    }
    return OK;
  }

  /** Waits for a permit that is or will be released: the count was decremented for it already. */
  private void awaitPermit(FdLockQueue.Waiter waiter) {
    boolean interrupted = false;
    while (!waiter.isAwoken()) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static int reasonToGiveUp(@Nullable CancelSignal cancelSignal) {
    if (cancelSignal != null && cancelSignal.isCancelled()) {
      return CANCELLED;
    }
    return Thread.currentThread().isInterrupted() ? INTERRUPTED : OK;
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
  private FdLockQueue queue(boolean reading) {
    FdLockQueue queue = reading ? readQueue : writeQueue;
    if (queue != null) {
      return queue;
    }
    synchronized (this) {
      queue = reading ? readQueue : writeQueue;
      if (queue == null) {
        queue = new FdLockQueue();
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
