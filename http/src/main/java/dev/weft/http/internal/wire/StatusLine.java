package dev.weft.http.internal.wire;

import static dev.weft.http.internal.wire.MalformedException.badRequest;

/**
 * Parses a status line (RFC 9112, 4): version, three digits and a reason, which may be missing
 * together with the space before it.
 */
final class StatusLine {
  private static final int STATUS_AT = "HTTP/1.1 ".length();
  private static final int REASON_AT = STATUS_AT + 3;

  private StatusLine() {}

  static void parse(byte[] bytes, int from, int to, ResponseHead head) throws MalformedException {
    if (to - from < REASON_AT || !startsWithVersion(bytes, from)) {
      throw badRequest("a response that does not begin with a version of HTTP and a status");
    }
    if (bytes[from + 5] != '1') {
      throw badRequest("a response in a version of HTTP other than 1.1 and 1.0");
    }
    head.minorVersion = bytes[from + 7] == '0' ? 0 : 1;
    head.status = status(bytes, from + STATUS_AT);
    head.reasonFrom = Math.min(to - from, REASON_AT + 1);
    head.reasonTo = to - from;
    if (to - from > REASON_AT && bytes[from + REASON_AT] != ' ') {
      throw badRequest("a status that is not three digits");
    }
    for (int i = from + REASON_AT; i < to; i++) {
      if (!Ascii.isValue(bytes[i])) {
        throw badRequest("a control character in a status line");
      }
    }
  }

  private static boolean startsWithVersion(byte[] bytes, int at) {
    return bytes[at] == 'H'
        && bytes[at + 1] == 'T'
        && bytes[at + 2] == 'T'
        && bytes[at + 3] == 'P'
        && bytes[at + 4] == '/'
        && isDigit(bytes[at + 5])
        && bytes[at + 6] == '.'
        && isDigit(bytes[at + 7])
        && bytes[at + 8] == ' ';
  }

  private static int status(byte[] bytes, int at) throws MalformedException {
    int status = 0;
    for (int i = at; i < at + 3; i++) {
      if (!isDigit(bytes[i])) {
        throw badRequest("a status that is not three digits");
      }
      status = status * 10 + bytes[i] - '0';
    }
    if (!StatusLines.isStatus(status)) {
      throw badRequest("the status " + status + ", which is of no class");
    }
    return status;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
