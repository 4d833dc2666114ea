package dev.weft.chan;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** The view that {@link Chan#sendOnly()} returns; cannot be cast to a channel. */
record SendView<T>(HChan<T> channel) implements SendChan<T> {
  @Override
  public void send(T value) throws InterruptedException {
    channel.send(value);
  }

  @Override
  public void send(T value, Duration timeout) throws InterruptedException, TimeoutException {
    channel.send(value, timeout);
  }

  @Override
  public void send(T value, Cancellation context) throws InterruptedException {
    channel.send(value, context);
  }

  @Override
  public boolean trySend(T value) {
    return channel.trySend(value);
  }

  @Override
  public void close() {
    channel.close();
  }

  @Override
  public void close(Throwable cause) {
    channel.close(cause);
  }

  @Override
  public boolean isClosed() {
    return channel.isClosed();
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
  public String toString() {
    return channel.toString();
  }
}
