package dev.weft.http.internal.wire;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Percent-encoding (RFC 3986, 2.1) of UTF-8. */
public final class PercentEncoding {
  private PercentEncoding() {}

  /**
   * Replaces percent-encoded bytes, which are UTF-8. A percent sign without two digits is kept.
   *
   * @param plusIsSpace as in forms and queries
   */
  public static String decode(String text, int from, int to, boolean plusIsSpace) {
    int special = from;
    while (special < to
        && text.charAt(special) != '%'
        && !(plusIsSpace && text.charAt(special) == '+')) {
      special++;
    }
    if (special == to) {
      return text.substring(from, to);
    }
    byte[] bytes = text.substring(from, to).getBytes(StandardCharsets.UTF_8);
    int n = 0;
    for (int i = 0; i < bytes.length; i++) {
      byte b = bytes[i];
      if (b == '+' && plusIsSpace) {
        b = ' ';
      } else if (b == '%' && i + 2 < bytes.length) {
        int high = Character.digit(bytes[i + 1], 16);
        int low = Character.digit(bytes[i + 2], 16);
        if (high >= 0 && low >= 0) {
          b = (byte) ((high << 4) | low);
          i += 2;
        }
      }
      bytes[n++] = b;
    }
    return new String(bytes, 0, n, StandardCharsets.UTF_8);
  }

  /** Encodes all characters that are not ASCII. */
  public static String encodeNonAscii(String text) {
    if (text.chars().allMatch(c -> c < 0x80)) {
      return text;
    }
    StringBuilder encoded = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b < 0) {
        append(encoded, b);
      } else {
        encoded.append((char) b);
      }
    }
    return encoded.toString();
  }

  /** Appends an encoded byte. */
  public static void append(StringBuilder into, int b) {
    HexFormat hex = HexFormat.of().withUpperCase();
    into.append('%').append(hex.toHighHexDigit(b)).append(hex.toLowHexDigit(b));
  }
}
