package dev.weft.net.pool;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a pool: which are idle, which callers wait for one, and what the limits allow.
 *
 * <p>Guarded by the pool's lock, which the caller of every method holds. Connections are closed
 * after the lock is free again, so they are handed over in {@link Retired}.
 *
 * <p><b>Invariant.</b> While a caller waits whose target is below its own limit, the pool is full
 * and no connection is idle. A caller for a target without waiters that finds a slot therefore
 * overtakes no other.
 */
final class SlotTable<T> {
  private final PoolLimits limits;
  private final Map<T, Target<T>> targets = new HashMap<>();
  private final ArrayDeque<Waiter<T>> waiters = new ArrayDeque<>();
  private final PoolCounters counters;
  private int slots;
  private int idle;

  SlotTable(PoolLimits limits, PoolCounters counters) {
    this.limits = limits;
    this.counters = counters;
  }

  int leased() {
    return slots - idle;
  }

  int idle() {
    return idle;
  }

  int waiting() {
    return waiters.size();
  }

  // Taking

  Target<T> target(T key) {
    return targets.computeIfAbsent(key, Target::new);
  }

  Waiter<T> enqueue(Target<T> target) {
    Waiter<T> waiter = new Waiter<>(target);
    waiters.add(waiter);
    target.waiters++;
    counters.waits++;
    return waiter;
  }

  /** Takes a waiter out of the queue; false when a slot was granted to it before. */
  boolean withdraw(Waiter<T> waiter) {
    if (waiter.granted != null) {
      return false;
    }
    waiters.remove(waiter);
    waiter.target.waiters--;
    counters.abandonedWaits++;
    forgetIfUnused(waiter.target);
    return true;
  }

  void unparkWaiters() {
    waiters.forEach(waiter -> LockSupport.unpark(waiter.thread));
  }

  /** An idle slot of the target or a new one; null when the limits allow neither. */
  @Nullable Slot<T> tryAcquire(Target<T> target, Retired<T> retired) {
    Slot<T> free = target.idle.pollLast();
    if (free != null) {
      idle--;
      return free;
    }
    if (target.slots >= limits.maxPerTarget()
        || (slots >= limits.maxTotal() && !retireLongestIdle(retired))) {
      return null;
    }
    target.slots++;
    slots++;
    return new Slot<>(target);
  }

  /** Makes room for another target's connection. */
  private boolean retireLongestIdle(Retired<T> retired) {
    if (idle == 0) {
      return false;
    }
    Slot<T> oldest = null;
    for (Target<T> each : targets.values()) {
      Slot<T> candidate = each.idle.peekFirst();
      if (candidate != null && (oldest == null || candidate.idleUntil < oldest.idleUntil)) {
        oldest = candidate;
      }
    }
    retired.add(Objects.requireNonNull(oldest).target.idle.removeFirst());
    idle--;
    forget(oldest);
    counters.retired++;
    return true;
  }

  // Giving back

  /** Reports whether one more idle connection may be kept. */
  boolean hasRoomForIdle() {
    return idle < limits.maxIdle() || !waiters.isEmpty();
  }

  /** Makes a slot idle, and grants slots to waiters as far as that allows. */
  void keep(Slot<T> slot, Retired<T> retired) {
    slot.target.idle.addLast(slot);
    idle++;
    grant(retired);
    trimIdle(retired);
  }

  /**
   * Closes idle connections above the limit. There is one when a slot was kept for the waiters, and
   * the limits let none of them use it.
   */
  private void trimIdle(Retired<T> retired) {
    while (idle > limits.maxIdle() && retireLongestIdle(retired)) {
      // until the limit holds
    }
  }

  void forget(Slot<T> slot) {
    slots--;
    slot.target.slots--;
    forgetIfUnused(slot.target);
  }

  private void forgetIfUnused(Target<T> target) {
    if (target.isUnused()) {
      targets.remove(target.key);
    }
  }

  /**
   * Grants slots to waiters, oldest first, as far as the limits allow. Called after every change
   * that can free a slot, which keeps the invariant: while a caller waits whose target is below its
   * own limit, the pool is full and no connection is idle. A caller for a target without waiters
   * that finds a slot therefore overtakes no other.
   */
  void grant(Retired<T> retired) {
    for (Iterator<Waiter<T>> i = waiters.iterator(); i.hasNext(); ) {
      Waiter<T> waiter = i.next();
      Slot<T> slot = tryAcquire(waiter.target, retired);
      if (slot != null) {
        i.remove();
        waiter.target.waiters--;
        waiter.granted = slot;
        LockSupport.unpark(waiter.thread);
      } else if (idle == 0 && slots >= limits.maxTotal()) {
        return;
      }
    }
  }

  /** The nanoseconds until the next idle connection is due; {@link Slot#NEVER} for none. */
  long retireIdle(long now, Retired<T> retired) {
    long next = Slot.NEVER;
    for (Target<T> target : List.copyOf(targets.values())) {
      for (Iterator<Slot<T>> i = target.idle.iterator(); i.hasNext(); ) {
        Slot<T> slot = i.next();
        if (slot.idleUntil == Slot.NEVER) {
          continue;
        }
        if (now - slot.idleUntil < 0) {
          next = Math.min(next, slot.idleUntil - now);
          continue;
        }
        i.remove();
        idle--;
        counters.retired++;
        forget(slot);
        retired.add(slot);
      }
    }
    return next;
  }

  /** Takes all idle slots out. */
  void retireAllIdle(Retired<T> retired) {
    for (Target<T> target : List.copyOf(targets.values())) {
      for (Slot<T> slot; (slot = target.idle.pollFirst()) != null; ) {
        idle--;
        forget(slot);
        retired.add(slot);
      }
    }
  }
}
