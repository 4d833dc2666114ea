package dev.weft.net.pool;

/** The slots and waiters of one target. Guarded by the pool's lock. */
final class Target<T> extends Chain.Link<Target<T>> {
  final T key;

  /** The last is the one used most recently, and is reused first. */
  final Chain<Slot<T>> idle = new Chain<>();

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
