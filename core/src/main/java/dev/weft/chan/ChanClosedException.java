package dev.weft.chan;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by an operation that a closed channel does not allow: sending to it, closing it again, or
 * receiving past the last value of a channel that was closed with a cause, which is then the cause
 * of this exception too.
 */
public final class ChanClosedException extends IllegalStateException {
  @Serial private static final long serialVersionUID = 1;

  ChanClosedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
