package dev.weft.internal.poll;

import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/** The JDK's {@link ClosedChannelException}, which cannot say what was closed, with a message. */
final class UseOfClosedException extends ClosedChannelException {
  private static final long serialVersionUID = 1L;

  private final String message;

  UseOfClosedException(String message) {
    this.message = message;
  }

  @Override
  public @Nullable String getMessage() {
    return message;
  }

  @Override
  public String toString() {
    return FileExceptions.said(ClosedChannelException.class, message);
  }
}
