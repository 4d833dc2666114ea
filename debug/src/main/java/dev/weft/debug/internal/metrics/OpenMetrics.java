package dev.weft.debug.internal.metrics;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes metrics in the text format of OpenMetrics 1.0. A family is begun, and its samples follow;
 * families are not interleaved. Not safe for use by several threads.
 */
final class OpenMetrics {
  /** The value of Content-Type. */
  static final String MEDIA_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private final StringBuilder out = new StringBuilder();

  /** A family of one sample without labels, which goes up and down. */
  void gauge(String name, String help, Number value) {
    begin(name, "gauge", null, help);
    sample(name, Map.of(), value);
  }

  /** A family of one sample without labels, which counts from the start of the process. */
  void counter(String name, String help, Number value) {
    begin(name, "counter", null, help);
    sample(name + "_total", Map.of(), value);
  }

  /**
   * Begins a family.
   *
   * @param unit with which the name ends; null for none
   */
  void begin(String name, String type, @Nullable String unit, String help) {
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    if (unit != null) {
      out.append("# UNIT ").append(name).append(' ').append(unit).append('\n');
    }
    out.append("# HELP ").append(name).append(' ');
    escape(help);
    out.append('\n');
  }

  /** Adds a sample; its name has the suffix of its kind, such as {@code _total}. */
  void sample(String name, Map<String, String> labels, Number value) {
    out.append(name);
    if (!labels.isEmpty()) {
      char before = '{';
      for (Map.Entry<String, String> label : labels.entrySet()) {
        out.append(before).append(label.getKey()).append("=\"");
        escape(label.getValue());
        out.append('"');
        before = ',';
      }
      out.append('}');
    }
    out.append(' ').append(value).append('\n');
  }

  private void escape(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> out.append("\\\\");
        case '"' -> out.append("\\\"");
        case '\n' -> out.append("\\n");
        default -> out.append(c);
      }
    }
  }

  /** The whole text, with its end marker. */
  String text() {
    return out + "# EOF\n";
  }
}
