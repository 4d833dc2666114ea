package dev.weft.internal.net.wait;

import dev.weft.context.Context;
import dev.weft.internal.poll.CancelSignal;

/** A context as a reason to give up a call. */
public record ContextCancelSignal(Context context) implements CancelSignal {
  @Override
  public boolean isCancelled() {
    return context.isCancelled();
  }

  @Override
  public Registration onCancel(Runnable action) {
    var registration = context.onCancel(action);
    return registration::stop;
  }

  @Override
  public RuntimeException toException() {
    return context.toException();
  }
}
