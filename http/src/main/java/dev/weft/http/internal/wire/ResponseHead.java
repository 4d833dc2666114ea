package dev.weft.http.internal.wire;

/** A response's head as positions in the bytes it was received in. */
public final class ResponseHead extends MessageHead {
  int status;
  int reasonFrom;
  int reasonTo;

  public int status() {
    return status;
  }

  /** The reason phrase; often empty. */
  public String reason() {
    return Ascii.text(bytes, base + reasonFrom, base + reasonTo);
  }

  /** Reports whether it is followed by another head: a status of 1xx, but for 101. */
  public boolean isInterim() {
    return status < 200 && status != 101;
  }

  /** Reports whether a response like this has no body, whatever its fields say (RFC 9112, 6.3). */
  public boolean isBodiless() {
    return status < 200 || status == 204 || status == 304;
  }

  /** Reports whether the end of the connection ends the body: nothing else says how long it is. */
  public boolean endsWithConnection() {
    return !chunked && contentLength == NO_LENGTH;
  }
}
