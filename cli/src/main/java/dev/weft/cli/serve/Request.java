package dev.weft.cli.serve;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

/**
 * The head of one HTTP/1.x request, as far as the responder needs it. Reused from request to
 * request.
 *
 * <p>Deliberately little: Weft has no HTTP server, only this responder to be measured and tried.
 */
final class Request {
  private static final byte[] CONNECTION = "connection:".getBytes(US_ASCII);
  private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(US_ASCII);
  private static final byte[] TRANSFER_ENCODING = "transfer-encoding:".getBytes(US_ASCII);
  private static final byte[] CLOSE = "close".getBytes(US_ASCII);
  private static final byte[] KEEP_ALIVE = "keep-alive".getBytes(US_ASCII);
  private static final byte[] VERSION = " http/1.".getBytes(US_ASCII);

  private int end;
  private int bodyLength;
  private boolean close;
  private boolean head;
  private @Nullable String complaint;

  /** Parses the head that begins at {@code from}; false when it is not complete by {@code to}. */
  boolean parse(byte[] bytes, int from, int to) {
    int begin = from;
    while (begin + 1 < to && bytes[begin] == '\r' && bytes[begin + 1] == '\n') {
      begin += 2; // RFC 9112, 2.2: empty lines before a request are to be ignored
    }
    end = headEnd(bytes, begin, to);
    if (end < 0) {
      return false;
    }
    complaint = null;
    bodyLength = 0;
    head = bytes[begin] == 'H';
    int line = lineEnd(bytes, begin);
    int version = line - VERSION.length - 1;
    if (version <= begin || !matches(bytes, version, VERSION)) {
      complaint = "400 Bad Request";
      return true;
    }
    close = bytes[line - 1] == '0';
    for (int at = line + 2; at < end - 2; at = lineEnd(bytes, at) + 2) {
      header(bytes, at);
    }
    return true;
  }

  private void header(byte[] bytes, int at) {
    switch (bytes[at] | 0x20) {
      case 'c' -> {
        if (matches(bytes, at, CONNECTION)) {
          int value = skipSpaces(bytes, at + CONNECTION.length);
          if (matches(bytes, value, CLOSE)) {
            close = true;
          } else if (matches(bytes, value, KEEP_ALIVE)) {
            close = false;
          }
        } else if (matches(bytes, at, CONTENT_LENGTH)) {
          bodyLength = number(bytes, skipSpaces(bytes, at + CONTENT_LENGTH.length));
        }
      }
      case 't' -> {
        if (matches(bytes, at, TRANSFER_ENCODING)) {
          complaint = "501 Not Implemented";
        }
      }
      default -> {}
    }
  }

  private int number(byte[] bytes, int at) {
    int n = 0;
    int i = at;
    for (; bytes[i] >= '0' && bytes[i] <= '9' && n < Integer.MAX_VALUE / 10 - 10; i++) {
      n = 10 * n + bytes[i] - '0';
    }
    if (i == at || bytes[skipSpaces(bytes, i)] != '\r') {
      complaint = "400 Bad Request";
    }
    return n;
  }

  /**
   * Just behind the empty line, or -1. Looks at every fourth byte only: the line's four are all CR
   * or LF.
   */
  private static int headEnd(byte[] bytes, int from, int to) {
    for (int i = from + 3; i < to; i += 4) {
      byte b = bytes[i];
      if (b != '\r' && b != '\n') {
        continue;
      }
      for (int last = i; last < Math.min(i + 4, to); last++) {
        if (bytes[last] == '\n'
            && bytes[last - 1] == '\r'
            && bytes[last - 2] == '\n'
            && bytes[last - 3] == '\r') {
          return last + 1;
        }
      }
    }
    return -1;
  }

  /** The CR of the line that begins at {@code at}; there is one before the head's end. */
  private static int lineEnd(byte[] bytes, int at) {
    int i = at;
    while (bytes[i] != '\r' || bytes[i + 1] != '\n') {
      i++;
    }
    return i;
  }

  private static int skipSpaces(byte[] bytes, int at) {
    int i = at;
    while (bytes[i] == ' ' || bytes[i] == '\t') {
      i++;
    }
    return i;
  }

  private static boolean matches(byte[] bytes, int at, byte[] lowerCase) {
    if (at + lowerCase.length > bytes.length) {
      return false;
    }
    for (int i = 0; i < lowerCase.length; i++) {
      byte b = bytes[at + i];
      if ((b >= 'A' && b <= 'Z' ? b | 0x20 : b) != lowerCase[i]) {
        return false;
      }
    }
    return true;
  }

  /** Where the head ends. */
  int end() {
    return end;
  }

  int bodyLength() {
    return bodyLength;
  }

  boolean wantsClose() {
    return close;
  }

  boolean isHead() {
    return head;
  }

  boolean isBad() {
    return complaint != null;
  }

  /** The status line's end for a bad request. */
  String complaint() {
    return String.valueOf(complaint);
  }
}
