package dev.weft.http;

import dev.weft.http.internal.wire.StatusLines;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the server respond with an error status. Thrown by handlers, and by the server when a body
 * is malformed (400), too long (413) or too slow (408). The message is sent to the client. Header
 * fields that were set at the {@link Response} before are not sent; those of the exception are.
 *
 * <pre>{@code
 * throw new HttpException(401, "a token is needed").header("WWW-Authenticate", "Bearer");
 * }</pre>
 */
public class HttpException extends IOException {
  private static final long serialVersionUID = 1;

  private final int status;

  /** An exception that was serialized has none. */
  private final transient @Nullable Headers headers = new Headers();

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

  /**
   * Returns what the server responds with when a handler throws this failure before it has sent
   * anything: the failure if it is an {@code HttpException}, else 500.
   */
  public static HttpException of(Throwable failure) {
    return failure instanceof HttpException answer
        ? answer
        : new HttpException(500, StatusLines.reason(500), failure);
  }

  public int status() {
    return status;
  }

  /** Returns the body of the response: the message, and a line feed. */
  public String body() {
    return getMessage() + "\n";
  }

  /**
   * Sets a header field of the response, such as Allow with 405; as {@link Headers#set}.
   *
   * @return this exception
   */
  public HttpException header(String name, String value) {
    headers().set(name, value);
    return this;
  }

  /** Returns the header fields that are sent with the response. */
  public Headers headers() {
    return headers == null ? new Headers() : headers;
  }
}
