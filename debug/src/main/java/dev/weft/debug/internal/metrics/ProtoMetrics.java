package dev.weft.debug.internal.metrics;

import dev.weft.debug.internal.proto.ProtoWriter;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes metrics as messages {@code io.prometheus.client.MetricFamily}, each after its length: the
 * format in which Prometheus takes native histograms.
 */
final class ProtoMetrics extends Exposition {
  static final String MEDIA_TYPE =
      "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily;"
          + " encoding=delimited";

  // Fields of MetricFamily.
  private static final int NAME = 1;
  private static final int HELP = 2;
  private static final int TYPE = 3;
  private static final int METRIC = 4;
  private static final int UNIT = 5;

  // Fields of Metric: a list of labels, and one of the others.
  private static final int LABEL = 1;
  private static final int GAUGE = 2;
  private static final int COUNTER = 3;
  private static final int SUMMARY = 4;
  private static final int HISTOGRAM = 7;

  // Fields of Histogram and, the first two, of Summary.
  private static final int SAMPLE_COUNT = 1;
  private static final int SAMPLE_SUM = 2;
  private static final int BUCKET = 3;
  private static final int SCHEMA = 5;
  private static final int ZERO_THRESHOLD = 6;
  private static final int ZERO_COUNT = 7;
  private static final int POSITIVE_SPAN = 12;
  private static final int POSITIVE_DELTA = 13;

  /** Tells Prometheus that a histogram without counts is a native one; below every duration. */
  private static final double SMALLEST = 0x1p-128;

  private final ProtoWriter out = new ProtoWriter();
  private @Nullable ProtoWriter family;
  private MetricType type = MetricType.GAUGE;

  @Override
  String mediaType() {
    return MEDIA_TYPE;
  }

  @Override
  void begin(String name, MetricType ofSamples, @Nullable String unit, String help) {
    endFamily();
    type = ofSamples;
    family =
        new ProtoWriter()
            .text(NAME, type == MetricType.COUNTER ? name + "_total" : name)
            .text(HELP, help)
            .number(TYPE, number(type));
    if (unit != null) {
      family.text(UNIT, unit);
    }
  }

  private static int number(MetricType type) {
    return switch (type) {
      case COUNTER -> 0;
      case GAUGE -> 1;
      case SUMMARY -> 2;
      case HISTOGRAM -> 4;
    };
  }

  private void endFamily() {
    if (family != null) {
      out.delimited(family);
    }
  }

  private void add(Map<String, String> labels, int kind, ProtoWriter value) {
    if (family == null) {
      throw new IllegalStateException("a sample without a family");
    }
    ProtoWriter metric = new ProtoWriter();
    new TreeMap<>(labels)
        .forEach(
            (name, text) -> metric.message(LABEL, new ProtoWriter().text(1, name).text(2, text)));
    family.message(METRIC, metric.message(kind, value));
  }

  @Override
  void sample(Map<String, String> labels, Number value) {
    add(
        labels,
        type == MetricType.COUNTER ? COUNTER : GAUGE,
        new ProtoWriter().real(1, value.doubleValue()));
  }

  @Override
  void summary(Map<String, String> labels, long count, double sum) {
    add(labels, SUMMARY, new ProtoWriter().number(SAMPLE_COUNT, count).real(SAMPLE_SUM, sum));
  }

  @Override
  void histogram(Map<String, String> labels, Histogram histogram) {
    ProtoWriter value =
        new ProtoWriter().number(SAMPLE_COUNT, histogram.total()).real(SAMPLE_SUM, histogram.sum);
    long count = 0;
    for (int i = 0; i < histogram.counts.length; i++) {
      count += histogram.counts[i];
      double bound = i < histogram.bounds.length ? histogram.bounds[i] : Double.POSITIVE_INFINITY;
      value.message(BUCKET, new ProtoWriter().number(1, count).real(2, bound));
    }
    addNative(histogram.exponential, value);
    add(labels, HISTOGRAM, value);
  }

  /** One span from the first to the last bucket that has a count; what is between costs a byte. */
  private static void addNative(Histogram.Exponential histogram, ProtoWriter value) {
    value
        .signed(SCHEMA, histogram.schema)
        .real(ZERO_THRESHOLD, SMALLEST)
        .number(ZERO_COUNT, histogram.zeros);
    long[] counts = histogram.counts;
    int from = 0;
    int to = counts.length;
    while (from < to && counts[from] == 0) {
      from++;
    }
    while (from < to && counts[to - 1] == 0) {
      to--;
    }
    if (from < to) {
      long[] deltas = Arrays.copyOfRange(counts, from, to);
      for (int i = deltas.length - 1; i > 0; i--) {
        deltas[i] -= deltas[i - 1];
      }
      value
          .message(
              POSITIVE_SPAN,
              new ProtoWriter().signed(1, histogram.first + from).number(2, to - from))
          .signed(POSITIVE_DELTA, deltas);
    }
  }

  @Override
  byte[] finish() {
    endFamily();
    return out.toByteArray();
  }
}
