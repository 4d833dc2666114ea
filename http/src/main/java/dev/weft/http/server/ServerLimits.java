package dev.weft.http.server;

import dev.weft.http.Request;
import dev.weft.internal.settings.Require;

/**
 * Size limits of requests. A request beyond a limit is refused, and its connection closed.
 *
 * @param requestLine bytes of the request line (else 414)
 * @param head bytes of all of the head, and of a trailer section (431)
 * @param fields header fields (431)
 * @param valuesPerName header fields of the same name (431)
 * @param body bytes of a body (413); {@link Request#limitBody} changes it for one request
 * @param drained how many unread bytes of a body are read and dropped after the handler, so that
 *     the connection can be reused; with more it is closed
 */
public record ServerLimits(
    int requestLine, int head, int fields, int valuesPerName, long body, long drained) {
  /**
   * The defaults: 8 KiB of request line, 32 KiB of head, 100 fields, 32 of one name, 16 MiB of
   * body.
   */
  public static final ServerLimits DEFAULT =
      new ServerLimits(8 << 10, 32 << 10, 100, 32, 16 << 20, 256 << 10);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when one is too small for any request, or the head is smaller
   *     than the request line
   */
  public ServerLimits {
    Require.atLeast("requestLine", requestLine, 16);
    Require.atLeast("head", head, requestLine);
    Require.atLeast("fields", fields, 1);
    Require.atLeast("valuesPerName", valuesPerName, 1);
    Require.atLeast("body", body, 0);
    Require.atLeast("drained", drained, 0);
  }

  /** A copy with another {@link #requestLine}, and a head that is not smaller. */
  public ServerLimits withRequestLine(int bytes) {
    return new ServerLimits(bytes, Math.max(head, bytes), fields, valuesPerName, body, drained);
  }

  /** A copy with another {@link #head}, and a request line that is not larger. */
  public ServerLimits withHead(int bytes) {
    return new ServerLimits(
        Math.min(requestLine, bytes), bytes, fields, valuesPerName, body, drained);
  }

  /** A copy with another {@link #fields}. */
  public ServerLimits withFields(int count) {
    return new ServerLimits(requestLine, head, count, valuesPerName, body, drained);
  }

  /** A copy with another {@link #valuesPerName}. */
  public ServerLimits withValuesPerName(int count) {
    return new ServerLimits(requestLine, head, fields, count, body, drained);
  }

  /** A copy with another {@link #body}. */
  public ServerLimits withBody(long bytes) {
    return new ServerLimits(requestLine, head, fields, valuesPerName, bytes, drained);
  }

  /** A copy with another {@link #drained}. */
  public ServerLimits withDrained(long bytes) {
    return new ServerLimits(requestLine, head, fields, valuesPerName, body, bytes);
  }
}
