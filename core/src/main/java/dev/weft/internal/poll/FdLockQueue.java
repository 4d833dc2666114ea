package dev.weft.internal.poll;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads that wait for one of the two locks of an {@link FdLock}: a semaphore without permits
 * at first, first in, first out, whose waits a {@link CancelSignal} can end one by one.
 *
 * <p>The state of a waiter:
 *
 * <pre>
 *   NEW    --add, a permit is there--> AWOKEN
 *   NEW    --add, no permit----------> QUEUED
 *   QUEUED --release-----------------> AWOKEN   the first in the queue; its thread is unparked
 *   QUEUED --withdraw----------------> gone
 *   AWOKEN --withdraw----------------> gone; its permit goes to the next one
 * </pre>
 *
 * Each move is made under the queue's monitor, and a thread reads {@link Waiter#awoken} without it.
 */
final class FdLockQueue {
  /** One wait of one thread. */
  static final class Waiter {
    private final Thread thread = Thread.currentThread();
    private @Nullable Waiter previous;
    private @Nullable Waiter next;
    private volatile boolean awoken;

    boolean isAwoken() {
      return awoken;
    }
  }

  private @Nullable Waiter first;
  private @Nullable Waiter last;
  private int permits;

  /** Appends a new waiter, or wakes it at once when its permit was released before it came. */
  synchronized void add(Waiter waiter) {
    if (permits > 0) {
      permits--;
      waiter.awoken = true;
      return;
    }
    waiter.previous = last;
    if (last == null) {
      first = waiter;
    } else {
      last.next = waiter;
    }
    last = waiter;
  }

  /** Wakes as many waiters; a permit that finds none is for the next one that is added. */
  void release(int count) {
    for (int i = 0; i < count; i++) {
      Waiter awoken = wakeFirst();
      if (awoken != null) {
        LockSupport.unpark(awoken.thread);
      }
    }
  }

  private synchronized @Nullable Waiter wakeFirst() {
    Waiter waiter = first;
    if (waiter == null) {
      permits++;
    } else {
      unlink(waiter);
      waiter.awoken = true;
    }
    return waiter;
  }

  /** Ends the wait of the calling thread; a permit that it was given wakes the next one. */
  void withdraw(Waiter waiter) {
    if (!remove(waiter)) {
      release(1);
    }
  }

  /** Returns false when the waiter was woken. */
  private synchronized boolean remove(Waiter waiter) {
    if (waiter.awoken) {
      return false;
    }
    unlink(waiter);
    return true;
  }

  private void unlink(Waiter waiter) {
    if (waiter.previous == null) {
      first = waiter.next;
    } else {
      waiter.previous.next = waiter.next;
    }
    if (waiter.next == null) {
      last = waiter.previous;
    } else {
      waiter.next.previous = waiter.previous;
    }
  }
}
