package dev.weft.chan;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Something that tells a waiting operation to give up, such as a {@code dev.weft.context.Context}.
 *
 * <p>Implementations are safe for use by any number of threads. Once cancelled, always cancelled.
 */
public interface Cancellation {
  /** Reports whether waiting operations are to give up; never blocks. */
  boolean isCancelled();

  /**
   * The channel that is closed at the moment of cancellation, or null when that moment never comes.
   * Every call returns the same channel.
   */
  @Nullable ReceiveChan<?> done();

  /**
   * A new exception for the calling thread to throw, which says why the operation was given up.
   * Only to be called once cancelled.
   */
  CancellationException toException();
}
