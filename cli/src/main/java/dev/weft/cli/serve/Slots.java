package dev.weft.cli.serve;

import dev.weft.chan.Chan;
import dev.weft.context.Context;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A semaphore whose waits also end with a context. Safe for use by any number of threads.
 *
 * <p>A released slot is counted first and announced afterwards, by a value in a channel of capacity
 * one. A waiter that takes a slot announces those that are left, so an announcement that found the
 * channel full is not lost.
 */
final class Slots {
  private final AtomicInteger free;
  private final Chan<Boolean> released = Chan.buffered(1);

  Slots(int number) {
    free = new AtomicInteger(number);
  }

  /** Takes a slot if one is free. */
  boolean tryAcquire() {
    int now = free.get();
    while (now > 0 && !free.compareAndSet(now, now - 1)) {
      now = free.get();
    }
    return now > 0;
  }

  /**
   * Takes a slot, waiting for one.
   *
   * @throws dev.weft.context.CancelledException when the context is cancelled before there is one
   */
  void acquire(Context context) throws InterruptedException {
    while (!tryAcquire()) {
      released.receive(context);
    }
    if (free.get() > 0) {
      released.trySend(true);
    }
  }

  void release() {
    free.incrementAndGet();
    released.trySend(true);
  }

  int free() {
    return free.get();
  }
}
