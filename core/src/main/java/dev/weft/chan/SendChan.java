package dev.weft.chan;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;

/**
 * The sending side of a {@link Chan}: Go's {@code chan<- T}.
 *
 * <p>All methods are safe for use by any number of threads of any kind. No method accepts null.
 *
 * @param <T> the values sent
 */
public sealed interface SendChan<T> permits Chan, SendView {
  /**
   * Sends a value, waiting until a receiver takes it or the buffer has room for it.
   *
   * @throws InterruptedException if the thread is interrupted on entry or while waiting; the value
   *     was then not sent
   * @throws ChanClosedException if the channel is closed, now or while waiting
   */
  void send(T value) throws InterruptedException;

  /**
   * Sends a value, waiting no longer than the given time; a time of zero or less does not wait.
   *
   * @throws TimeoutException if the time passes first; the value was then not sent
   * @throws InterruptedException as {@link #send(Object)} does
   * @throws ChanClosedException if the channel is closed, now or while waiting
   */
  void send(T value, Duration timeout) throws InterruptedException, TimeoutException;

  /**
   * Sends a value, giving up when the context (or other cancellation) is cancelled. A context that
   * is cancelled beforehand wins over a channel that is ready.
   *
   * @throws CancellationException if cancelled first, with its reason; the value was then not sent
   * @throws InterruptedException as {@link #send(Object)} does
   * @throws ChanClosedException if the channel is closed, now or while waiting
   */
  void send(T value, Cancellation context) throws InterruptedException;

  /**
   * Sends a value if that needs no waiting. Never blocks.
   *
   * @return whether the value was sent
   * @throws ChanClosedException if the channel is closed
   */
  boolean trySend(T value);

  /**
   * Closes the channel: nothing more will be sent. Receivers still get the values in the buffer and
   * then see the end. Senders that wait are released with a {@link ChanClosedException}. Never
   * blocks.
   *
   * @throws ChanClosedException if the channel was closed before
   */
  void close();

  /**
   * Closes the channel because of a failure: as {@link #close()}, but after the values in the
   * buffer receivers get a {@link ChanClosedException} with this cause in place of the end, so that
   * a failure is never mistaken for it.
   *
   * @throws ChanClosedException if the channel was closed before
   */
  void close(Throwable cause);

  /** Reports whether the channel was closed. Never blocks. */
  boolean isClosed();

  /** Returns the current number of values in the buffer; always 0 for an unbuffered channel. */
  int size();

  /** Returns how many values the buffer can hold; 0 for an unbuffered channel. */
  int capacity();
}
