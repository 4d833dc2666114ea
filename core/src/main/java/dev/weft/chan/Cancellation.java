package dev.weft.chan;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * A signal that ends waiting operations, such as a {@code dev.weft.context.Context}.
 *
 * <p>Implementations are safe for use by any number of threads. Once cancelled, always cancelled.
 */
public interface Cancellation {
  /** Reports whether waiting operations must end; never blocks. */
  boolean isCancelled();

  /**
   * Returns the channel that is closed by the cancellation, the same at every call, or null if
   * there can be no cancellation.
   */
  @Nullable ReceiveChan<?> done();

  /**
   * Returns a new exception with the reason, for the calling thread to throw. Called only after the
   * cancellation.
   */
  CancellationException toException();
}
