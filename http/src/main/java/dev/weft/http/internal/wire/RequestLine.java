package dev.weft.http.internal.wire;

import static dev.weft.http.internal.wire.MalformedException.badRequest;

/** Parses a request line (RFC 9112, 3): method, target and version with one space between them. */
final class RequestLine {
  private static final int VERSION_LENGTH = "HTTP/1.1".length();
  private static final String[] SCHEMES = {"http://", "https://"};
  private static final int MAX_METHOD_LENGTH = 32;

  private RequestLine() {}

  static void parse(byte[] bytes, int start, int end, RequestHead head) throws MalformedException {
    int i = start;
    while (i < end && Ascii.isToken(bytes[i])) {
      i++;
    }
    if (i == start || i == end || bytes[i] != ' ') {
      throw badRequest("a request line without a method");
    }
    if (i - start > MAX_METHOD_LENGTH) {
      throw new MalformedException(501, "a method of more than " + MAX_METHOD_LENGTH + " bytes");
    }
    head.methodTo = i - start;
    int target = i + 1;
    i = target;
    int query = -1;
    while (i < end) {
      byte b = bytes[i];
      if (b == '?' && query < 0) {
        query = i;
      } else if (b == '%') {
        checkEscape(bytes, i, end);
      } else if (!Ascii.isTarget(b)) {
        break;
      }
      i++;
    }
    if (i == target || i == end || bytes[i] != ' ') {
      throw badRequest("a request target that is missing, unfinished or not of visible ASCII");
    }
    head.targetFrom = target - start;
    head.targetTo = i - start;
    head.minorVersion = minorVersion(bytes, i + 1, end);
    head.pathFrom = head.targetFrom;
    head.pathTo = (query < 0 ? i : query) - start;
    parseTarget(bytes, target, i, start, head);
  }

  /** Two hexadecimal digits, and not those of NUL, which ends names in other languages. */
  private static void checkEscape(byte[] bytes, int at, int end) throws MalformedException {
    if (at + 2 >= end || Ascii.hex(bytes[at + 1]) < 0 || Ascii.hex(bytes[at + 2]) < 0) {
      throw badRequest("a percent sign in the target without two hexadecimal digits");
    }
    if (Ascii.hex(bytes[at + 1]) + Ascii.hex(bytes[at + 2]) == 0) {
      throw badRequest("an encoded NUL in the target");
    }
  }

  private static int minorVersion(byte[] bytes, int at, int end) throws MalformedException {
    if (end - at != VERSION_LENGTH
        || bytes[at] != 'H'
        || bytes[at + 1] != 'T'
        || bytes[at + 2] != 'T'
        || bytes[at + 3] != 'P'
        || bytes[at + 4] != '/'
        || !isDigit(bytes[at + 5])
        || bytes[at + 6] != '.'
        || !isDigit(bytes[at + 7])) {
      throw badRequest("a request line that does not end with a version of HTTP");
    }
    if (bytes[at + 5] != '1') {
      throw new MalformedException(505, "a version of HTTP other than 1.1 and 1.0");
    }
    return bytes[at + 7] == '0' ? 0 : 1;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static void parseTarget(byte[] bytes, int from, int to, int base, RequestHead head)
      throws MalformedException {
    boolean connect = Ascii.equals(bytes, base, base + head.methodTo, "CONNECT");
    if (connect) {
      head.form = TargetForm.AUTHORITY;
      authority(bytes, from, to, base, head);
      if (!endsWithPort(bytes, from, to)) {
        throw badRequest("CONNECT without a port");
      }
    } else if (bytes[from] == '/') {
      head.form = TargetForm.ORIGIN;
    } else if (bytes[from] == '*' && to - from == 1) {
      if (!Ascii.equals(bytes, base, base + head.methodTo, "OPTIONS")) {
        throw badRequest("the target * with a method other than OPTIONS");
      }
      head.form = TargetForm.ASTERISK;
    } else {
      absolute(bytes, from, to, base, head);
    }
  }

  private static void absolute(byte[] bytes, int from, int to, int base, RequestHead head)
      throws MalformedException {
    int authority = from + schemeLength(bytes, from, to);
    if (authority == from) {
      throw badRequest("a request target that is neither a path nor a URI of http");
    }
    int i = authority;
    while (i < to && bytes[i] != '/' && bytes[i] != '?') {
      i++;
    }
    head.form = TargetForm.ABSOLUTE;
    authority(bytes, authority, i, base, head);
    head.pathFrom = i - base;
  }

  private static int schemeLength(byte[] bytes, int from, int to) {
    for (String scheme : SCHEMES) {
      if (to - from > scheme.length()
          && Ascii.equalsIgnoreCase(bytes, from, from + scheme.length(), scheme)) {
        return scheme.length();
      }
    }
    return 0;
  }

  private static void authority(byte[] bytes, int from, int to, int base, RequestHead head)
      throws MalformedException {
    if (from == to || !HostValue.isValid(bytes, from, to)) {
      throw badRequest("a request target with an invalid host");
    }
    head.authorityFrom = from - base;
    head.authorityTo = to - base;
  }

  private static boolean endsWithPort(byte[] bytes, int from, int to) {
    int i = to;
    while (i > from && isDigit(bytes[i - 1])) {
      i--;
    }
    return i < to && i > from + 1 && bytes[i - 1] == ':';
  }
}
