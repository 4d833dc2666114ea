package dev.weft.chan;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** The simplest cancellation there can be. */
final class ManualCancellation implements Cancellation {
  final Chan<Object> done;
  private final @Nullable ReceiveChan<?> shown;

  ManualCancellation() {
    done = Chan.unbuffered();
    shown = done;
  }

  ManualCancellation(@Nullable ReceiveChan<?> shown) {
    done = Chan.unbuffered();
    this.shown = shown;
  }

  void cancel() {
    done.close();
  }

  @Override
  public boolean isCancelled() {
    return done.isClosed();
  }

  @Override
  public @Nullable ReceiveChan<?> done() {
    return shown;
  }

  @Override
  public CancellationException toException() {
    return new CancellationException("stop");
  }
}
