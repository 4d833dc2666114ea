package dev.weft.chan;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Receives until the end of a channel; used by one thread. */
final class ChanIterator<T> implements Iterator<T> {
  private final HChan<T> channel;
  private @Nullable T next;
  private boolean ended;

  ChanIterator(HChan<T> channel) {
    this.channel = channel;
  }

  @Override
  public boolean hasNext() {
    if (next == null && !ended) {
      try {
        next = channel.receive();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        var failure = new CancellationException("interrupted while iterating over " + channel);
        failure.initCause(e);
        throw failure;
      }
      ended = next == null;
    }
    return next != null;
  }

  @Override
  public T next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException(channel + " has ended");
    }
    T value = next;
    next = null;
    return value;
  }
}
