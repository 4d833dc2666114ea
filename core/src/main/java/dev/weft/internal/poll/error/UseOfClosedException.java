package dev.weft.internal.poll.error;

import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/** A {@link ClosedChannelException} with a message, which the JDK's class does not support. */
public final class UseOfClosedException extends ClosedChannelException {
  private static final long serialVersionUID = 1L;

  private final String message;

  public UseOfClosedException(String message) {
    this.message = message;
  }

  @Override
  public @Nullable String getMessage() {
    return message;
  }

  @Override
  public String toString() {
    return ExceptionText.of(ClosedChannelException.class, message);
  }
}
