package dev.weft.internal.poll.uring;

import dev.weft.internal.sync.SpinLock;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The results of a multishot request, connections or datagrams, that no call has returned yet. The
 * handler of completions adds them.
 */
final class PendingQueue<T> extends SpinLock {
  private final ArrayDeque<T> waiting = new ArrayDeque<>();
  private int error;
  private boolean closed;

  /** Adds a result and returns how many are here; -1 when the queue is closed. */
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

  /** Returns the error of a failed receive once, as the socket does; 0 when there is none. */
  int takeError() {
    lock();
    int result = error;
    error = 0;
    unlock();
    return result;
  }

  /** Closes the queue to additions; the caller then removes the remaining results. */
  void close() {
    lock();
    closed = true;
    unlock();
  }
}
