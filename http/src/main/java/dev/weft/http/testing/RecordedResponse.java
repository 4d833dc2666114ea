package dev.weft.http.testing;

import dev.weft.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** A complete response to a request. */
public final class RecordedResponse {
  /**
   * A response before the final one.
   *
   * @param status from 102 to 199
   */
  public record Informational(int status, Headers headers) {}

  private final int status;
  private final Headers headers;
  private final byte[] body;
  private final Headers trailers;
  private final List<Informational> informational;

  RecordedResponse(
      int status,
      Headers headers,
      byte[] body,
      Headers trailers,
      List<Informational> informational) {
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.trailers = trailers;
    this.informational = informational;
  }

  public int status() {
    return status;
  }

  /** The header fields; without those of a compression that the client has undone. */
  public Headers headers() {
    return headers;
  }

  /** A copy of the body. */
  public byte[] body() {
    return Arrays.copyOf(body, body.length);
  }

  /** The body as UTF-8. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** What came behind a body in chunks. */
  public Headers trailers() {
    return trailers;
  }

  /** The informational responses before this one, in order. */
  public List<Informational> informational() {
    return informational;
  }

  @Override
  public String toString() {
    return status + " with " + body.length + " bytes";
  }
}
