package dev.weft.debug.internal.metrics;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes metrics in the text format of OpenMetrics 1.0, which has classic histograms only. */
class OpenMetrics extends Exposition {
  static final String MEDIA_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private final StringBuilder out = new StringBuilder();
  private String family = "";
  private MetricType type = MetricType.GAUGE;

  @Override
  String mediaType() {
    return MEDIA_TYPE;
  }

  /** Returns the name by which a family is described. */
  String familyName(String name, MetricType ofSamples) {
    return name;
  }

  /** Returns the last line; empty for none. */
  String end() {
    return "# EOF\n";
  }

  @Override
  void begin(String name, MetricType ofSamples, @Nullable String unit, String help) {
    family = name;
    type = ofSamples;
    String word =
        switch (type) {
          case GAUGE -> "gauge";
          case COUNTER -> "counter";
          case SUMMARY -> "summary";
          case HISTOGRAM -> "histogram";
        };
    String described = familyName(name, type);
    out.append("# TYPE ").append(described).append(' ').append(word).append('\n');
    if (unit != null) {
      out.append("# UNIT ").append(described).append(' ').append(unit).append('\n');
    }
    out.append("# HELP ").append(described).append(' ');
    escape(help);
    out.append('\n');
  }

  @Override
  void sample(Map<String, String> labels, Number value) {
    line(type == MetricType.COUNTER ? "_total" : "", labels, value);
  }

  @Override
  void summary(Map<String, String> labels, long count, double sum) {
    line("_count", labels, count);
    line("_sum", labels, sum);
  }

  /** A sum that is not known is left out, which the format allows. */
  @Override
  void histogram(Map<String, String> labels, Histogram histogram) {
    Map<String, String> ofBucket = new TreeMap<>(labels);
    long count = 0;
    for (int i = 0; i < histogram.counts.length; i++) {
      count += histogram.counts[i];
      ofBucket.put(
          "le", i < histogram.bounds.length ? String.valueOf(histogram.bounds[i]) : "+Inf");
      line("_bucket", ofBucket, count);
    }
    line("_count", labels, count);
    if (!Double.isNaN(histogram.sum)) {
      line("_sum", labels, histogram.sum);
    }
  }

  private void line(String suffix, Map<String, String> labels, Number value) {
    out.append(family).append(suffix);
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

  @Override
  byte[] finish() {
    return out.append(end()).toString().getBytes(StandardCharsets.UTF_8);
  }
}
