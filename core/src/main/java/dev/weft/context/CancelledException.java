package dev.weft.context;

import java.io.Serial;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Thrown by an operation that was given up because its {@link Context} was cancelled. */
public sealed class CancelledException extends CancellationException
    permits DeadlineExceededException {
  @Serial private static final long serialVersionUID = 1;

  CancelledException(String message, @Nullable Throwable cause) {
    super(message);
    if (cause != null) {
      initCause(cause);
    }
  }
}
