package dev.weft.http.forms;

import org.jspecify.annotations.Nullable;

/** The parameters of a field such as {@code form-data; name="a"; filename="b"}. */
final class FieldParameters {
  private FieldParameters() {}

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
