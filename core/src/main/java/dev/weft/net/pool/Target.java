package dev.weft.net.pool;

import java.util.ArrayDeque;

/** The slots and waiters of one target. Guarded by the pool's lock. */
final class Target<T> {
  final T key;

  /** The last is the one used most recently, and is reused first. */
  final ArrayDeque<Slot<T>> idle = new ArrayDeque<>();

  /** The slots of this target, idle and leased. */
  int slots;

  /** The callers that wait for a slot of this target. */
  int waiters;

  Target(T key) {
    this.key = key;
  }

  boolean isUnused() {
    return slots == 0 && waiters == 0;
  }
}
