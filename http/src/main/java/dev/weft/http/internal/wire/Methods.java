package dev.weft.http.internal.wire;

/** The registered methods as constants, so that parsing creates no strings for them. */
final class Methods {
  private static final String[] KNOWN = {
    "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "CONNECT", "TRACE"
  };

  private Methods() {}

  static String text(byte[] bytes, int from, int to) {
    for (String known : KNOWN) {
      if (Ascii.equals(bytes, from, to, known)) {
        return known;
      }
    }
    return Ascii.text(bytes, from, to);
  }
}
