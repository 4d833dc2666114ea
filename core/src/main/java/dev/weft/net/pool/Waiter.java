package dev.weft.net.pool;

import org.jspecify.annotations.Nullable;

/**
 * A caller that waits for a slot. Its state changes under the pool's lock only:
 *
 * <pre>
 *   WAITING --a slot is granted--> GRANTED     (granted is set; the caller owns the slot)
 *   WAITING --time-out, interrupt, cancelled context, pool closed--> left the queue, by the caller itself
 * </pre>
 *
 * {@code granted} is written under the lock before the thread is unparked, and read without it, so
 * it is volatile.
 */
final class Waiter<T> extends Chain.Link<Waiter<T>> {
  final Thread thread = Thread.currentThread();
  final Target<T> target;

  /** What is granted when no connection is idle: granting takes no memory. */
  final Slot<T> spare;

  volatile @Nullable Slot<T> granted;

  Waiter(Target<T> target) {
    this.target = target;
    spare = new Slot<>(target);
  }
}
