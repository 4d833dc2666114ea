package dev.weft.http.internal.wire;

import java.io.IOException;

/**
 * The peer sent what is not HTTP, is ambiguous, or is over a limit. The connection cannot be used
 * any more: where the next message begins is not known for certain.
 *
 * <p>Without a stack trace: a peer may cause as many as it likes, and the message says it all.
 */
public final class MalformedException extends IOException {
  private static final long serialVersionUID = 1;

  private final int status;

  /**
   * @param status the answer to a request that is like this
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
