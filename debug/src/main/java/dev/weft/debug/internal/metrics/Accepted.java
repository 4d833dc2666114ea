package dev.weft.debug.internal.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Chooses the format of the metrics by the field Accept of a request. */
final class Accepted {
  private static final String PROTOBUF = "application/vnd.google.protobuf";
  private static final String MESSAGE = "proto=io.prometheus.client.metricfamily";
  private static final String ENCODING = "encoding=delimited";
  private static final String OPEN_METRICS = "application/openmetrics-text";
  private static final String PLAIN = "text/plain";
  private static final String[] NOTHING = {};

  private Accepted() {}

  /**
   * Returns a writer of the format that a client prefers: messages, as Prometheus does where native
   * histograms are switched on; the older text format, if the client names it and not OpenMetrics;
   * otherwise OpenMetrics.
   *
   * @param accept the field's value; null without one
   */
  static Exposition newExposition(@Nullable String accept) {
    double protobuf = 0;
    double openMetrics = 0;
    double plain = 0;
    for (String range : accept == null ? NOTHING : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
      List<String> parts = Arrays.stream(range.split(";", -1)).map(String::strip).toList();
      switch (parts.getFirst()) {
        case OPEN_METRICS -> openMetrics = Math.max(openMetrics, quality(parts));
        case PLAIN -> plain = Math.max(plain, quality(parts));
        case PROTOBUF -> {
          if (parts.contains(MESSAGE) && parts.contains(ENCODING)) {
            protobuf = Math.max(protobuf, quality(parts));
          }
        }
        default -> {}
      }
    }
    if (protobuf > Math.max(openMetrics, plain)) {
      return new ProtoMetrics();
    }
    return plain > openMetrics ? new PrometheusText() : new OpenMetrics();
  }

  /** One when it is not there; a range whose number cannot be read is not wanted. */
  private static double quality(List<String> parts) {
    for (String part : parts) {
      if (part.startsWith("q=")) {
        try {
          return Double.parseDouble(part.substring(2));
        } catch (NumberFormatException e) {
          return 0;
        }
      }
    }
    return 1;
  }
}
