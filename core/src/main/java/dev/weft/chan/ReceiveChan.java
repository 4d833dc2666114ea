package dev.weft.chan;

import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The receiving side of a {@link Chan}: Go's {@code <-chan T}.
 *
 * <p>All methods are safe for use by any number of threads of any kind. As channels carry no nulls,
 * a blocking receive returns null for one reason only: the channel was closed and is drained.
 *
 * @param <T> the values received
 */
public sealed interface ReceiveChan<T> extends Iterable<T> permits Chan, ReceiveView {
  /**
   * Receives a value, waiting until there is one or the channel is closed.
   *
   * @return the value, or null at the end of a closed channel
   * @throws InterruptedException if the thread is interrupted on entry or while waiting; no value
   *     was then taken
   * @throws ChanClosedException at the end of a channel that was closed with a cause
   */
  @Nullable T receive() throws InterruptedException;

  /**
   * Receives a value, waiting no longer than the given time; a time of zero or less does not wait.
   *
   * @return the value, or null at the end of a closed channel
   * @throws TimeoutException if the time passes first; no value was then taken
   * @throws InterruptedException as {@link #receive()} does
   * @throws ChanClosedException at the end of a channel that was closed with a cause
   */
  @Nullable T receive(Duration timeout) throws InterruptedException, TimeoutException;

  /**
   * Receives a value, giving up when the context (or other cancellation) is cancelled. A context
   * that is cancelled beforehand wins over a channel that is ready.
   *
   * @return the value, or null at the end of a closed channel
   * @throws CancellationException if cancelled first, with its reason; no value was then taken
   * @throws InterruptedException as {@link #receive()} does
   * @throws ChanClosedException at the end of a channel that was closed with a cause
   */
  @Nullable T receive(Cancellation context) throws InterruptedException;

  /**
   * Receives a value if that needs no waiting. Never blocks.
   *
   * @return the value, or null if there is none now; {@link #isEnded()} is true when none will ever
   *     come
   * @throws ChanClosedException at the end of a channel that was closed with a cause
   */
  @Nullable T tryReceive();

  /**
   * Reports whether the channel is closed and drained, so that no value will ever come again. Never
   * blocks.
   */
  boolean isEnded();

  /** Returns the current number of values in the buffer; always 0 for an unbuffered channel. */
  int size();

  /** Returns how many values the buffer can hold; 0 for an unbuffered channel. */
  int capacity();

  /**
   * Receives until the end of the channel: Go's {@code for v := range ch}. Both methods of the
   * iterator may block as {@link #receive()} does. Each value goes to the first that asks when
   * several threads iterate.
   *
   * <p>As {@link Iterator} cannot throw {@link InterruptedException}, an interrupt ends the
   * iteration with a {@link CancellationException} and leaves the thread's interrupt status set. At
   * the end of a channel that was closed with a cause, {@code hasNext} and {@code next} throw
   * {@link ChanClosedException}.
   */
  @Override
  Iterator<T> iterator();
}
