package dev.weft.http.internal.wire;

/** The methods that most requests have, so that their names need not be made anew. */
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
