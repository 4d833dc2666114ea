package dev.weft.bench.model;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * Answers every HTTP/1.x request without a body with the same bytes. Understands what load
 * generators send, and is the same for all models.
 */
public final class HttpExchange extends Exchange {
  private static final int REQUEST_LIMIT = 8 * 1024;
  private static final byte[] CLOSE = "connection: close".getBytes(US_ASCII);
  private static final byte[] KEEP = "connection: keep-alive".getBytes(US_ASCII);

  private final byte[] keeping;
  private final byte[] closing;

  HttpExchange(int size) {
    super(REQUEST_LIMIT);
    keeping = response(size, false);
    closing = response(size, true);
  }

  /** The whole answer, with which the client compares the received bytes. */
  public static byte[] response(int size, boolean close) {
    byte[] head =
        ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "
                + size
                + (close ? "\r\nConnection: close\r\n\r\n" : "\r\n\r\n"))
            .getBytes(US_ASCII);
    byte[] all = java.util.Arrays.copyOf(head, head.length + size);
    for (int i = 0; i < size; i++) {
      all[head.length + i] = (byte) ('a' + i % 26);
    }
    return all;
  }

  @Override
  public boolean next(byte[] in, int from, int to) {
    int end = headEnd(in, from, to);
    if (end < 0) {
      return false;
    }
    boolean close =
        hasHeader(in, from, end, CLOSE)
            || (isOld(in, from, end) && !hasHeader(in, from, end, KEEP));
    byte[] answer = close ? closing : keeping;
    answered(end, answer, 0, answer.length, close);
    return true;
  }

  private static int headEnd(byte[] in, int from, int to) {
    for (int i = from + 3; i < to; i++) {
      if (in[i] == '\n' && in[i - 1] == '\r' && in[i - 2] == '\n' && in[i - 3] == '\r') {
        return i + 1;
      }
    }
    return -1;
  }

  /** Reports whether the request is HTTP/1.0, which ab uses. */
  private static boolean isOld(byte[] in, int from, int end) {
    int i = from;
    while (i < end && in[i] != '\r') {
      i++;
    }
    return i > from && in[i - 1] == '0';
  }

  private static boolean hasHeader(byte[] in, int from, int end, byte[] line) {
    for (int i = from; i + line.length < end; i++) {
      if (in[i] == '\n' && matches(in, i + 1, line)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(byte[] in, int at, byte[] lowerCase) {
    for (int i = 0; i < lowerCase.length; i++) {
      byte b = in[at + i];
      if ((b >= 'A' && b <= 'Z' ? b | 0x20 : b) != lowerCase[i]) {
        return false;
      }
    }
    return true;
  }
}
