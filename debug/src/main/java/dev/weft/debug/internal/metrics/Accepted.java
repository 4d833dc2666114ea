package dev.weft.debug.internal.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Chooses the format of the metrics by the field Accept of a request. */
final class Accepted {
  private static final String PROTOBUF = "application/vnd.google.protobuf";
  private static final String MESSAGE = "proto=io.prometheus.client.metricfamily";
  private static final String ENCODING = "encoding=delimited";
  private static final String OPEN_METRICS = "application/openmetrics-text";
  private static final String PLAIN = "text/plain";
  private static final String VERSION = "version=";
  private static final Set<String> OPEN_METRICS_VERSIONS = Set.of("0.0.1", "1.0.0");
  private static final Set<String> PLAIN_VERSIONS = Set.of("0.0.4");
  private static final String[] NOTHING = {};

  private Accepted() {}

  /**
   * Returns a writer of the format that a client prefers. Messages and OpenMetrics must be named,
   * as Prometheus does, the messages where native histograms are switched on; without that it is
   * the older text format, which also is for wildcards and for types that there are not. Of two
   * that a client likes equally, OpenMetrics comes before the older text, and messages come last.
   *
   * @param accept the field's value; null without one
   */
  static Exposition newExposition(@Nullable String accept) {
    double protobuf = 0;
    double openMetrics = 0;
    double plain = 0;
    for (String range : accept == null ? NOTHING : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
      List<String> parts = Arrays.stream(range.split(";", -1)).map(String::strip).toList();
      double quality = quality(parts);
      switch (parts.getFirst()) {
        case OPEN_METRICS -> {
          if (hasVersion(parts, OPEN_METRICS_VERSIONS)) {
            openMetrics = Math.max(openMetrics, quality);
          }
        }
        case PLAIN -> {
          if (hasVersion(parts, PLAIN_VERSIONS)) {
            plain = Math.max(plain, quality);
          }
        }
        case PROTOBUF -> {
          if (parts.contains(MESSAGE) && parts.contains(ENCODING)) {
            protobuf = Math.max(protobuf, quality);
          }
        }
        default -> {}
      }
    }
    if (protobuf > Math.max(openMetrics, plain)) {
      return new ProtoMetrics();
    }
    return openMetrics > 0 && openMetrics >= plain ? new OpenMetrics() : new PrometheusText();
  }

  /** Reports whether a range names one of the versions, or none. */
  private static boolean hasVersion(List<String> parts, Set<String> versions) {
    return parts.stream()
        .filter(part -> part.startsWith(VERSION))
        .allMatch(part -> versions.contains(part.substring(VERSION.length())));
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
