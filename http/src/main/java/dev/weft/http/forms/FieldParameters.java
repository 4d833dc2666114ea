package dev.weft.http.forms;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.http.internal.wire.PercentEncoding;
import org.jspecify.annotations.Nullable;

/** A field such as {@code form-data; name="a"; filename="b"} and its parameters. */
final class FieldParameters {
  private static final String UTF_8_PREFIX = "UTF-8'";

  /** What bytes that are not UTF-8 are decoded to. */
  private static final char REPLACEMENT = '\ufffd';

  private FieldParameters() {}

  /** Reports whether the field is of this kind, such as {@code form-data}. */
  static boolean isOf(String field, String kind) {
    int semicolon = field.indexOf(';');
    return (semicolon < 0 ? field : field.substring(0, semicolon)).strip().equalsIgnoreCase(kind);
  }

  /**
   * The name of a file, or null. Browsers send it in UTF-8, and a few clients encoded, as RFC 8187
   * has it for the fields of a message.
   */
  static @Nullable String fileName(String field) {
    String plain = get(field, "filename");
    if (plain != null) {
      return fromUtf8(plain);
    }
    String extended = get(field, "filename*");
    return extended == null ? null : fromExtended(extended);
  }

  /** Decodes {@code UTF-8'language'percent-encoded}. */
  private static String fromExtended(String value) {
    boolean known = value.regionMatches(true, 0, UTF_8_PREFIX, 0, UTF_8_PREFIX.length());
    int quote = known ? value.indexOf('\'', UTF_8_PREFIX.length()) : -1;
    return quote < 0 ? value : PercentEncoding.decode(value, quote + 1, value.length(), false);
  }

  /** Text whose bytes are the characters; as it is if they are not UTF-8. */
  static String fromUtf8(String latin) {
    String text = new String(latin.getBytes(ISO_8859_1), UTF_8);
    return text.indexOf(REPLACEMENT) < 0 ? text : latin;
  }

  /** The first parameter of this name, without its quotes, or null. */
  static @Nullable String get(String field, String name) {
    int at = field.indexOf(';');
    while (at >= 0 && at < field.length()) {
      int equals = field.indexOf('=', at);
      if (equals < 0) {
        return null;
      }
      String found = field.substring(at + 1, equals).strip();
      int from = equals + 1;
      while (from < field.length() && field.charAt(from) == ' ') {
        from++;
      }
      StringBuilder value = new StringBuilder();
      int end = readValue(field, from, value);
      if (found.equalsIgnoreCase(name)) {
        return value.toString();
      }
      at = field.indexOf(';', end);
    }
    return null;
  }

  /** Appends the value that begins at {@code from}; returns where it ends. */
  private static int readValue(String field, int from, StringBuilder value) {
    if (from >= field.length() || field.charAt(from) != '"') {
      int semicolon = field.indexOf(';', from);
      int end = semicolon < 0 ? field.length() : semicolon;
      value.append(field.substring(from, end).strip());
      return end;
    }
    int i = from + 1;
    while (i < field.length() && field.charAt(i) != '"') {
      // Browsers escape a quote as %22 and leave backslashes of file names alone.
      if (field.startsWith("\\\"", i)) {
        i++;
      }
      value.append(field.charAt(i));
      i++;
    }
    return Math.min(field.length(), i + 1);
  }
}
