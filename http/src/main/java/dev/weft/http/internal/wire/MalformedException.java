package dev.weft.http.internal.wire;

import java.io.IOException;

/**
 * The peer's message is not HTTP, is ambiguous, or is over a limit. The connection cannot be used
 * any more, because the start of the next message is unknown.
 *
 * <p>Has no stack trace, because peers can cause many of them at little cost.
 */
public final class MalformedException extends IOException {
  private static final long serialVersionUID = 1;

  private final int status;

  /**
   * @param status the status of the response to such a request
   */
  public MalformedException(int status, String message) {
    super(message);
    this.status = status;
  }

  static MalformedException badRequest(String message) {
    return new MalformedException(400, message);
  }

  public int status() {
    return status;
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
