package dev.weft.debug.internal.metrics;

import dev.weft.stats.LatencyCounts;
import java.util.Arrays;

/** Counts by size, in classic buckets and in those of a native histogram. */
final class Histogram {
  /** From about a microsecond to a second; the counts below and above are in the ends. */
  private static final int FIRST_BUCKET = 10;

  private static final int LAST_BUCKET = 30;

  /** A second is 2^29.9 ns. */
  private static final int BUCKET_OF_A_SECOND = 30;

  /** Buckets whose bounds grow by a factor of 2^(2^-schema). */
  static final class Exponential {
    /** From 0 (a factor of 2) to 8. */
    final int schema;

    /** The number of the first bucket; bucket i ends with 2^(i * 2^-schema). */
    final int first;

    /** Of the buckets from the first on. */
    final long[] counts;

    /** How many values were 0. */
    final long zeros;

    Exponential(int schema, int first, long[] counts, long zeros) {
      this.schema = schema;
      this.first = first;
      this.counts = counts;
      this.zeros = zeros;
    }
  }

  /** The upper bounds of the classic buckets, rising; the last bucket has none. */
  final double[] bounds;

  /** Of each classic bucket, one more than bounds. */
  final long[] counts;

  /** Of all that was counted; NaN when that is not known. */
  final double sum;

  /** The same counts in buckets of a native histogram. */
  final Exponential exponential;

  Histogram(double[] bounds, long[] counts, double sum, Exponential exponential) {
    this.bounds = bounds;
    this.counts = counts;
    this.sum = sum;
    this.exponential = exponential;
  }

  /** Returns how many values were counted. */
  long total() {
    return Arrays.stream(counts).sum();
  }

  /**
   * Makes a histogram in seconds. Powers of two of nanoseconds are not powers of two of a second,
   * which the native buckets have: each count goes to the native bucket whose bounds are lower by 7
   * %.
   *
   * @param sum in seconds; NaN when that is not known
   */
  static Histogram of(LatencyCounts durations, double sum) {
    double[] bounds = new double[LAST_BUCKET - FIRST_BUCKET + 1];
    long[] counts = new long[bounds.length + 1];
    long[] all = new long[Long.SIZE];
    for (int bucket = 0; bucket < all.length; bucket++) {
      all[bucket] = durations.count(bucket);
      counts[Math.clamp(bucket - FIRST_BUCKET, 0, bounds.length)] += all[bucket];
    }
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = (1L << (FIRST_BUCKET + i)) / 1e9;
    }
    long zeros = all[0];
    all[0] = 0;
    return new Histogram(bounds, counts, sum, new Exponential(0, -BUCKET_OF_A_SECOND, all, zeros));
  }
}
