package dev.weft.chan;

import dev.weft.internal.sync.StackProbe;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The state of a channel and the steps that change it: a ring buffer, two queues of waiters and
 * whether it is closed, all under the inherited lock. What holds whenever the lock is free:
 *
 * <ul>
 *   <li>values in the buffer: no receiver waits that could be claimed;
 *   <li>room in the buffer: no sender waits that could be claimed;
 *   <li>hence not both queues have claimable waiters, but for the two clauses of one select;
 *   <li>once closed, no waiter joins a queue; the closer releases those still there.
 * </ul>
 *
 * <p>Values are handed over directly: a sender that finds a receiver waiting writes the value into
 * its {@link Waiter}, and a receiver that makes room in a full buffer moves the first waiting
 * sender's value into it. So the thread woken has nothing left to do, and cannot be overtaken.
 * Threads are unparked only after the lock is released: a locked step leaves the thread to unpark
 * to {@link #takeWake()}.
 *
 * <p>The methods named {@code looks...} read without the lock. Their no is exact: the fields are
 * read in an order (content first, then {@code closed}, which never goes back) such that the
 * channel was not ready at the moment of the first read. Their yes is a hint.
 */
abstract class ChanState extends RingBuffer {
  /** Results of {@link #takeLocked()} that are no values. */
  static final Object NONE = new Object();

  static final Object END = new Object();

  /** Results of {@link #offerLocked}. */
  static final int SENT = 0;

  static final int FULL = 1;
  static final int CLOSED = 2;

  private static final VarHandle IS_CLOSED;

  static {
    try {
      IS_CLOSED = MethodHandles.lookup().findVarHandle(ChanState.class, "closed", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final WaitQueue receivers = new WaitQueue();
  final WaitQueue senders = new WaitQueue();

  private boolean closed;
  private @Nullable Throwable closeCause;

  /**
   * The thread to unpark as soon as the lock is released, if the last locked step completed a
   * waiter.
   */
  private @Nullable Thread wake;

  ChanState(int capacity) {
    super(capacity);
  }

  // ---- Sending

  /** Sends without waiting, or queues the waiter if one is given and there was no room. */
  final int offer(Object value, @Nullable Waiter self) {
    lock();
    int result = offerLocked(value);
    if (result == FULL && self != null) {
      senders.add(self);
    }
    unlockAndWake();
    return result;
  }

  /** The step of a send under the lock. */
  final int offerLocked(Object value) {
    if (closed) {
      return CLOSED;
    }
    Waiter receiver = receivers.claimFirst();
    if (receiver != null) {
      receiver.item = value;
      wake = receiver.complete(Waiter.DELIVERED);
      return SENT;
    }
    if (hasRoom()) {
      put(value);
      return SENT;
    }
    return FULL;
  }

  final boolean looksReadyToSend() {
    boolean room = capacity() == 0 ? !receivers.looksEmpty() : size() < capacity();
    return room || isClosed();
  }

  final boolean isReadyToSendLocked() {
    return closed || hasRoom() || receivers.hasClaimable();
  }

  // ---- Receiving

  /** Takes a value without waiting, or queues the waiter if one is given and there was nothing. */
  final Object take(@Nullable Waiter self) {
    lock();
    Object item = takeLocked();
    if (item == NONE && self != null) {
      receivers.add(self);
    }
    unlockAndWake();
    return item;
  }

  /** The step of a receive under the lock: returns a value, {@link #END}, or {@link #NONE}. */
  final Object takeLocked() {
    // Senders that a close has yet to release have failed already: their values are not taken.
    Waiter sender = closed ? null : senders.claimFirst();
    Object item = NONE;
    if (hasValues()) {
      item = poll();
      if (sender != null) {
        put(Objects.requireNonNull(sender.item));
      }
    } else if (sender != null) {
      item = Objects.requireNonNull(sender.item);
    } else if (closed) {
      item = END;
    }
    if (sender != null) {
      sender.item = null;
      wake = sender.complete(Waiter.DELIVERED);
    }
    return item;
  }

  final boolean looksNonEmpty() {
    // Senders wait at a buffered channel only while its buffer is full.
    boolean content = capacity() == 0 ? !senders.looksEmpty() : size() > 0;
    return content || isClosed();
  }

  final boolean isReadyToReceiveLocked() {
    return closed || hasValues() || senders.hasClaimable();
  }

  // ---- Closing

  final void closeWith(@Nullable Throwable cause) {
    StackProbe.checkBlocking();
    lock();
    if (closed) {
      unlock();
      throw new ChanClosedException(
          "close of " + this + ", which is closed already; let only one sender close it",
          closeCause);
    }
    markClosed(cause);
    unlock();
    // One at a time, so that the lock is never held for long, however many wait: no thread joins
    // any more.
    release(receivers);
    release(senders);
  }

  final void markClosed(@Nullable Throwable cause) {
    closeCause = cause;
    IS_CLOSED.setRelease(this, true);
  }

  private void release(WaitQueue queue) {
    while (!queue.looksEmpty()) {
      lock();
      Waiter waiter = queue.claimFirst();
      if (waiter != null) {
        wake = waiter.complete(Waiter.CLOSED);
      }
      unlockAndWake();
    }
  }

  public final boolean isClosed() {
    return (boolean) IS_CLOSED.getAcquire(this);
  }

  public final boolean isEnded() {
    // In this order: once closed, the count only falls.
    return isClosed() && size() == 0;
  }

  /** Why the channel was closed, for the thread that has seen it closed. */
  final @Nullable Throwable closeCause() {
    return closeCause;
  }

  // ---- Waiters and the lock

  /** Takes a waiter back out of its queue; if it is no longer there, it has been completed. */
  final boolean remove(Waiter waiter, WaitQueue queue) {
    lock();
    boolean removed = queue.remove(waiter);
    unlock();
    return removed;
  }

  /**
   * The thread that the last locked step left to unpark; to be called before the lock is released.
   */
  final @Nullable Thread takeWake() {
    Thread woken = wake;
    if (woken != null) {
      wake = null;
    }
    return woken;
  }

  private void unlockAndWake() {
    Thread woken = takeWake();
    unlock();
    if (woken != null) {
      LockSupport.unpark(woken);
    }
  }
}
