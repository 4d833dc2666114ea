package dev.weft.http;

import dev.weft.http.internal.wire.PercentEncoding;
import java.nio.charset.StandardCharsets;

/** Writes the Content-Disposition field of a download, with its file name (RFC 6266). */
final class ContentDisposition {
  /** What may stand unencoded in an extended value, besides letters and digits (RFC 8187). */
  private static final String EXTENDED = "!#$&+-.^_`|~";

  /** What recipients decode in one way or the other inside of quotes. */
  private static final String AMBIGUOUS = "\"\\%";

  private ContentDisposition() {}

  /** Returns the value for a file of this name, whose characters may be any. */
  static String attachment(String fileName) {
    StringBuilder plain = new StringBuilder();
    fileName.codePoints().forEach(c -> plain.append(isPlain(c) ? (char) c : '_'));
    String value = "attachment; filename=\"" + plain + "\"";
    return plain.toString().equals(fileName)
        ? value
        : value + "; filename*=UTF-8''" + extended(fileName);
  }

  private static boolean isPlain(int c) {
    return c >= ' ' && c < 0x7f && AMBIGUOUS.indexOf(c) < 0;
  }

  private static String extended(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      boolean letterOrDigit = b > 0 && Character.isLetterOrDigit(b);
      if (letterOrDigit || EXTENDED.indexOf(b) >= 0) {
        encoded.append((char) b);
      } else {
        PercentEncoding.append(encoded, b);
      }
    }
    return encoded.toString();
  }
}
