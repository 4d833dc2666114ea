package dev.weft.http.client;

import java.io.IOException;

/**
 * The server's response is not HTTP, is ambiguous, or is over a limit ({@link ClientLimits}). The
 * connection was closed.
 */
public final class MalformedResponseException extends IOException {
  private static final long serialVersionUID = 1;

  MalformedResponseException(String message) {
    super(message);
  }

  MalformedResponseException(String message, Throwable cause) {
    super(message, cause);
  }
}
