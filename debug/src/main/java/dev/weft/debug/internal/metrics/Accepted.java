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
  private static final String TEXT = "application/openmetrics-text";

  private Accepted() {}

  /**
   * Reports whether a client prefers protobuf, as Prometheus does where native histograms are
   * switched on.
   *
   * @param accept the field's value; null without one
   */
  static boolean prefersProtobuf(@Nullable String accept) {
    if (accept == null) {
      return false;
    }
    double protobuf = 0;
    double text = 0;
    for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
      List<String> parts = Arrays.stream(range.split(";", -1)).map(String::strip).toList();
      if (parts.getFirst().equals(TEXT)) {
        text = Math.max(text, quality(parts));
      } else if (parts.getFirst().equals(PROTOBUF)
          && parts.contains(MESSAGE)
          && parts.contains(ENCODING)) {
        protobuf = Math.max(protobuf, quality(parts));
      }
    }
    return protobuf > text;
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
