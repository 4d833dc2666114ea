package dev.weft.debug.internal.metrics;

/** What the samples of a family are. */
enum MetricType {
  /** Goes up and down. */
  GAUGE,
  /** Counts from the start of the process. */
  COUNTER,
  /** A count, and the sum of what was counted. */
  SUMMARY,
  /** Counts by size. */
  HISTOGRAM
}
