package dev.weft.debug.internal.metrics;

/**
 * Writes metrics in the text format 0.0.4 of Prometheus, which other tools read too: as
 * OpenMetrics, but a family of counters has the name of its samples, and there is no last line.
 * Units are comments in it.
 */
final class PrometheusText extends OpenMetrics {
  @Override
  String mediaType() {
    return "text/plain; version=0.0.4; charset=utf-8";
  }

  @Override
  String familyName(String name, MetricType ofSamples) {
    return ofSamples == MetricType.COUNTER ? name + "_total" : name;
  }

  @Override
  String end() {
    return "";
  }
}
