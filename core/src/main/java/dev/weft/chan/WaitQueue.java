package dev.weft.chan;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The waiting senders or receivers of a channel in order of arrival; guarded by the channel's lock.
 */
final class WaitQueue {
  private static final VarHandle FIRST;

  static {
    try {
      FIRST = MethodHandles.lookup().findVarHandle(WaitQueue.class, "first", Waiter.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private @Nullable Waiter first;
  private @Nullable Waiter last;

  /**
   * Reports whether no waiter is queued; the one method that may also be called without the lock,
   * for a hint.
   */
  boolean looksEmpty() {
    return FIRST.getAcquire(this) == null;
  }

  void add(Waiter waiter) {
    waiter.previous = last;
    waiter.next = null;
    waiter.queued = true;
    if (last == null) {
      first = waiter;
    } else {
      last.next = waiter;
    }
    last = waiter;
  }

  /** Removes the waiter if it is still here; says whether it was. */
  boolean remove(Waiter waiter) {
    if (!waiter.queued) {
      return false;
    }
    Waiter before = waiter.previous;
    Waiter after = waiter.next;
    if (before == null) {
      first = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.previous = before;
    }
    waiter.previous = null;
    waiter.next = null;
    waiter.queued = false;
    return true;
  }

  /** Takes out the first waiter that can be claimed, and with it those before it that cannot. */
  @Nullable Waiter claimFirst() {
    for (Waiter waiter = first; waiter != null; waiter = first) {
      remove(waiter);
      if (waiter.claim()) {
        return waiter;
      }
    }
    return null;
  }

  /** Reports whether a waiter can be claimed as of now; takes out those that cannot. */
  boolean hasClaimable() {
    for (Waiter waiter = first; waiter != null; waiter = first) {
      if (waiter.claimable()) {
        return true;
      }
      remove(waiter);
    }
    return false;
  }

  /** How many wait, in a moment without changes; for tests. */
  int count() {
    int count = 0;
    for (Waiter waiter = first; waiter != null; waiter = waiter.next) {
      count++;
    }
    return count;
  }
}
