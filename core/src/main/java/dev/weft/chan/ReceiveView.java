package dev.weft.chan;

import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The view that {@link Chan#receiveOnly()} returns; cannot be cast to a channel. */
record ReceiveView<T>(HChan<T> channel) implements ReceiveChan<T> {
  @Override
  public @Nullable T receive() throws InterruptedException {
    return channel.receive();
  }

  @Override
  public @Nullable T receive(Duration timeout) throws InterruptedException, TimeoutException {
    return channel.receive(timeout);
  }

  @Override
  public @Nullable T receive(Cancellation context) throws InterruptedException {
    return channel.receive(context);
  }

  @Override
  public @Nullable T tryReceive() {
    return channel.tryReceive();
  }

  @Override
  public boolean isEnded() {
    return channel.isEnded();
  }

  @Override
  public int size() {
    return channel.size();
  }

  @Override
  public int capacity() {
    return channel.capacity();
  }

  @Override
  public Iterator<T> iterator() {
    return channel.iterator();
  }

  @Override
  public String toString() {
    return channel.toString();
  }
}
