package dev.weft.net.pool;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a pool: which are idle, which callers wait for one, and what the limits allow.
 *
 * <p>Guarded by the pool's lock, which the caller of every method holds. Connections are closed
 * after the lock is free again: see {@link #takeRetired}.
 *
 * <p>Only a caller that takes a slot needs memory, before anything changes. Whatever frees one
 * takes none, so that a full heap costs no slot and leaves no waiter behind.
 *
 * <p><b>Invariant.</b> While a caller waits whose target is below its own limit, the pool is full
 * and no connection is idle. A caller for a target without waiters that finds a slot therefore
 * overtakes no other.
 */
final class SlotTable<T> {
  private final PoolLimits limits;
  private final Map<T, Target<T>> byKey = new HashMap<>();
  private final Chain<Target<T>> targets = new Chain<>();
  private final Chain<Waiter<T>> waiters = new Chain<>();
  private final Chain<Slot<T>> retired = new Chain<>();
  private final PoolCounters counters;
  private int slots;
  private int idle;
  private int waiting;

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
    return waiting;
  }

  // Taking

  /** The caller takes or awaits a slot, and then calls {@link #forgetIfUnused}. */
  Target<T> target(T key) {
    Target<T> known = byKey.get(key);
    if (known != null) {
      return known;
    }
    // Unlike put, this leaves the map without the key when there is no memory to enlarge it.
    Target<T> added = byKey.computeIfAbsent(key, Target::new);
    targets.add(added);
    return added;
  }

  void forgetIfUnused(Target<T> target) {
    if (target.isUnused()) {
      byKey.remove(target.key);
      targets.remove(target);
    }
  }

  Waiter<T> enqueue(Target<T> target) {
    Waiter<T> waiter = new Waiter<>(target);
    waiters.add(waiter);
    waiting++;
    target.waiters++;
    counters.waits++;
    return waiter;
  }

  /** Takes a waiter out of the queue; false when a slot was granted to it before. */
  boolean withdraw(Waiter<T> waiter) {
    if (waiter.granted != null) {
      return false;
    }
    remove(waiter);
    counters.abandonedWaits++;
    forgetIfUnused(waiter.target);
    return true;
  }

  private void remove(Waiter<T> waiter) {
    waiters.remove(waiter);
    waiting--;
    waiter.target.waiters--;
  }

  void unparkWaiters() {
    for (Waiter<T> waiter = waiters.first(); waiter != null; waiter = waiter.next) {
      LockSupport.unpark(waiter.thread);
    }
  }

  /** An idle slot of the target or a new one; null when the limits allow neither. */
  @Nullable Slot<T> tryAcquire(Target<T> target) {
    Slot<T> free = pollIdle(target);
    return free != null || !makeRoom(target) ? free : add(new Slot<>(target));
  }

  private @Nullable Slot<T> pollIdle(Target<T> target) {
    Slot<T> free = target.idle.last();
    if (free != null) {
      removeIdle(free);
    }
    return free;
  }

  /** Reports whether the limits allow one more slot of the target. */
  private boolean makeRoom(Target<T> target) {
    return target.slots < limits.maxPerTarget()
        && (slots < limits.maxTotal() || retireLongestIdle());
  }

  private Slot<T> add(Slot<T> slot) {
    slot.target.slots++;
    slots++;
    return slot;
  }

  /** Makes room for another target's connection. */
  private boolean retireLongestIdle() {
    if (idle == 0) {
      return false;
    }
    Slot<T> oldest = null;
    for (Target<T> each = targets.first(); each != null; each = each.next) {
      Slot<T> candidate = each.idle.first();
      if (candidate != null && (oldest == null || candidate.idleUntil < oldest.idleUntil)) {
        oldest = candidate;
      }
    }
    removeIdle(Objects.requireNonNull(oldest));
    retire(oldest);
    counters.retired++;
    return true;
  }

  // Giving back

  /** Reports whether one more idle connection may be kept. */
  boolean hasRoomForIdle() {
    return idle < limits.maxIdle() || waiting > 0;
  }

  /** Makes a slot idle, and grants slots to waiters as far as that allows. */
  void keep(Slot<T> slot) {
    slot.target.idle.add(slot);
    idle++;
    grant();
    trimIdle();
  }

  /**
   * Closes idle connections above the limit. There is one when a slot was kept for the waiters, and
   * the limits let none of them use it.
   */
  private void trimIdle() {
    while (idle > limits.maxIdle() && retireLongestIdle()) {
      // until the limit holds
    }
  }

  private void removeIdle(Slot<T> slot) {
    slot.target.idle.remove(slot);
    idle--;
  }

  /** Frees a slot that is not idle; its connection is to be closed. */
  void retire(Slot<T> slot) {
    retired.add(slot);
    slots--;
    slot.target.slots--;
    forgetIfUnused(slot.target);
  }

  /**
   * The slots retired since the last call, linked; null for none. The caller closes their
   * connections when the lock is free.
   */
  @Nullable Slot<T> takeRetired() {
    return retired.removeAll();
  }

  /**
   * Grants slots to waiters, oldest first, as far as the limits allow. Called after every change
   * that can free a slot, which keeps the invariant.
   */
  void grant() {
    Waiter<T> next;
    for (Waiter<T> waiter = waiters.first(); waiter != null; waiter = next) {
      next = waiter.next;
      Slot<T> slot = pollIdle(waiter.target);
      if (slot == null && makeRoom(waiter.target)) {
        slot = add(waiter.spare);
      }
      if (slot != null) {
        remove(waiter);
        waiter.granted = slot;
        LockSupport.unpark(waiter.thread);
      } else if (idle == 0 && slots >= limits.maxTotal()) {
        return;
      }
    }
  }

  /** The nanoseconds until the next idle connection is due; {@link Slot#NEVER} for none. */
  long retireIdle(long now) {
    long due = Slot.NEVER;
    Target<T> nextTarget;
    for (Target<T> target = targets.first(); target != null; target = nextTarget) {
      nextTarget = target.next;
      Slot<T> nextSlot;
      for (Slot<T> slot = target.idle.first(); slot != null; slot = nextSlot) {
        nextSlot = slot.next;
        if (slot.idleUntil == Slot.NEVER) {
          continue;
        }
        if (now - slot.idleUntil < 0) {
          due = Math.min(due, slot.idleUntil - now);
          continue;
        }
        removeIdle(slot);
        retire(slot);
        counters.retired++;
      }
    }
    return due;
  }

  void retireAllIdle() {
    Target<T> next;
    for (Target<T> target = targets.first(); target != null; target = next) {
      next = target.next;
      for (Slot<T> slot; (slot = pollIdle(target)) != null; ) {
        retire(slot);
      }
    }
  }
}
