package dev.weft.http.internal.wire;

/** Checks the syntax of the Host field and of a target's authority: uri-host [ ":" port ]. */
final class HostValue {
  private static final int MAX_PORT_DIGITS = 5;

  private HostValue() {}

  /**
   * Reports whether it is a host with or without a port, or empty; user information is not allowed.
   */
  static boolean isValid(byte[] bytes, int from, int to) {
    if (from == to) {
      return true;
    }
    int end = bytes[from] == '[' ? literalEnd(bytes, from, to) : nameEnd(bytes, from, to);
    if (end <= from) {
      return false;
    }
    if (end == to) {
      return true;
    }
    if (bytes[end] != ':' || to - end - 1 > MAX_PORT_DIGITS) {
      return false;
    }
    for (int i = end + 1; i < to; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return false;
      }
    }
    return true;
  }

  /** The position after the closing bracket of an IPv6 address, or -1. */
  private static int literalEnd(byte[] bytes, int from, int to) {
    for (int i = from + 1; i < to; i++) {
      byte b = bytes[i];
      if (b == ']') {
        return i > from + 1 ? i + 1 : -1;
      }
      if (b == '[' || !Ascii.isHost(b)) {
        return -1;
      }
    }
    return -1;
  }

  private static int nameEnd(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && bytes[i] != ':') {
      byte b = bytes[i];
      if (b == '[' || b == ']' || !Ascii.isHost(b)) {
        return -1;
      }
      i++;
    }
    return i;
  }
}
