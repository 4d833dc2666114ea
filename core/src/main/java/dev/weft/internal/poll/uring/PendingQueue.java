package dev.weft.internal.poll.uring;

import dev.weft.internal.sync.SpinLock;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What a multishot request has brought and nobody has asked for yet: added by whoever handles
 * completions, taken by those who ask.
 */
final class PendingQueue<T> extends SpinLock {
  private final ArrayDeque<T> waiting = new ArrayDeque<>();
  private int error;
  private boolean closed;

  /** How many there are now; -1 when nobody will ask any more. */
  int add(T arrived) {
    lock();
    try {
      return closed || !waiting.add(arrived) ? -1 : waiting.size();
    } finally {
      unlock();
    }
  }

  @Nullable T take() {
    lock();
    T next = waiting.poll();
    unlock();
    return next;
  }

  void fail(int result) {
    lock();
    error = result;
    unlock();
  }

  /** A failed receive is told once, as the socket does. */
  int takeError() {
    lock();
    int result = error;
    error = 0;
    unlock();
    return result;
  }

  /** Nobody asks any more; what is here is for the caller to take. */
  void close() {
    lock();
    closed = true;
    unlock();
  }
}
