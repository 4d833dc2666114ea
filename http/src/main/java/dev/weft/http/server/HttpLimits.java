package dev.weft.http.server;

import dev.weft.http.Request;

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
public record HttpLimits(
    int requestLine, int head, int fields, int valuesPerName, long body, long drained) {
  /**
   * The defaults: 8 KiB of request line, 32 KiB of head, 100 fields, 32 of one name, 16 MiB of
   * body.
   */
  public static final HttpLimits DEFAULT =
      new HttpLimits(8 << 10, 32 << 10, 100, 32, 16 << 20, 256 << 10);

  public HttpLimits {
    if (requestLine < 16 || head < requestLine || fields < 1 || valuesPerName < 1) {
      throw new IllegalArgumentException("limits that no request could meet");
    }
    if (body < 0 || drained < 0) {
      throw new IllegalArgumentException("a limit below zero");
    }
  }

  public HttpLimits withRequestLine(int bytes) {
    return new HttpLimits(bytes, Math.max(head, bytes), fields, valuesPerName, body, drained);
  }

  public HttpLimits withHead(int bytes) {
    return new HttpLimits(
        Math.min(requestLine, bytes), bytes, fields, valuesPerName, body, drained);
  }

  public HttpLimits withFields(int count) {
    return new HttpLimits(requestLine, head, count, valuesPerName, body, drained);
  }

  public HttpLimits withValuesPerName(int count) {
    return new HttpLimits(requestLine, head, fields, count, body, drained);
  }

  public HttpLimits withBody(long bytes) {
    return new HttpLimits(requestLine, head, fields, valuesPerName, bytes, drained);
  }

  public HttpLimits withDrained(long bytes) {
    return new HttpLimits(requestLine, head, fields, valuesPerName, body, bytes);
  }
}
