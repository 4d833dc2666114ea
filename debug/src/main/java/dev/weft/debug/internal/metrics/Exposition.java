package dev.weft.debug.internal.metrics;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes metrics in one of their formats. A family is begun, and its samples follow; families are
 * not interleaved. Not safe for use by several threads.
 */
abstract class Exposition {
  /** Returns the value of Content-Type. */
  abstract String mediaType();

  /**
   * Begins a family.
   *
   * @param name without the suffix that the format gives to samples of this type
   * @param unit with which the name ends; null for none
   */
  abstract void begin(String name, MetricType type, @Nullable String unit, String help);

  /** Adds a sample to a family of gauges or counters. */
  abstract void sample(Map<String, String> labels, Number value);

  /** Adds a sample to a family of summaries. */
  abstract void summary(Map<String, String> labels, long count, double sum);

  /** Adds a sample to a family of histograms. */
  abstract void histogram(Map<String, String> labels, Histogram histogram);

  /** Ends it, and returns all that was written. */
  abstract byte[] finish();

  /** Adds a family of one gauge without labels. */
  final void gauge(String name, String help, Number value) {
    begin(name, MetricType.GAUGE, null, help);
    sample(Map.of(), value);
  }

  /** Adds a family of one counter without labels. */
  final void counter(String name, String help, Number value) {
    begin(name, MetricType.COUNTER, null, help);
    sample(Map.of(), value);
  }
}
