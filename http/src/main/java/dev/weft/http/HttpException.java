package dev.weft.http;

import dev.weft.http.internal.wire.StatusLines;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the server respond with an error status. Thrown by handlers, and by the server when a body
 * is malformed (400), too long (413) or too slow (408). The message is sent to the client.
 */
public class HttpException extends IOException {
  private static final long serialVersionUID = 1;

  private final int status;

  /**
   * @param status from 400 to 599
   * @param message the text sent to the client
   */
  public HttpException(int status, String message) {
    this(status, message, null);
  }

  public HttpException(int status, String message, @Nullable Throwable cause) {
    super(message, cause);
    if (status < 400 || !StatusLines.isStatus(status)) {
      throw new IllegalArgumentException("not the status of an error: " + status);
    }
    this.status = status;
  }

  public int status() {
    return status;
  }
}
