package dev.weft.net.pool;

import java.nio.channels.ClosedChannelException;

/** A {@link ClosedChannelException} with a message; the JDK's has none. */
final class PoolClosedException extends ClosedChannelException {
  private static final long serialVersionUID = 1;

  private final String message;

  PoolClosedException(Object target) {
    message = "take connection to " + target + ": the connection pool is closed";
  }

  @Override
  public String getMessage() {
    return message;
  }
}
