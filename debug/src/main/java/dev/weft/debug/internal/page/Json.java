package dev.weft.debug.internal.page;

import java.util.Iterator;
import java.util.Map;

/** Writes maps, iterables, numbers, booleans and null as JSON; other values as their strings. */
public final class Json {
  private Json() {}

  public static String of(Object value) {
    StringBuilder out = new StringBuilder();
    append(value, out);
    return out.toString();
  }

  private static void append(Object value, StringBuilder out) {
    switch (value) {
      case null -> out.append("null");
      case Map<?, ?> map -> appendObject(map, out);
      case Iterable<?> list -> appendArray(list, out);
      case Boolean flag -> out.append(flag);
      case Number number when isFinite(number) -> out.append(number);
      default -> appendText(value.toString(), out);
    }
  }

  private static boolean isFinite(Number number) {
    return Double.isFinite(number.doubleValue());
  }

  private static void appendObject(Map<?, ?> map, StringBuilder out) {
    out.append('{');
    for (Iterator<? extends Map.Entry<?, ?>> i = map.entrySet().iterator(); i.hasNext(); ) {
      Map.Entry<?, ?> entry = i.next();
      appendText(String.valueOf(entry.getKey()), out);
      out.append(": ");
      append(entry.getValue(), out);
      out.append(i.hasNext() ? ",\n" : "");
    }
    out.append('}');
  }

  private static void appendArray(Iterable<?> list, StringBuilder out) {
    out.append('[');
    for (Iterator<?> i = list.iterator(); i.hasNext(); ) {
      append(i.next(), out);
      out.append(i.hasNext() ? ", " : "");
    }
    out.append(']');
  }

  private static void appendText(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || c == '<') { // a page may embed the text in a script
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
