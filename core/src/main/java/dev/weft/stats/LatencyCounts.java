package dev.weft.stats;

import java.time.Duration;
import java.util.Arrays;

/** A histogram of durations by powers of two of nanoseconds. Immutable. */
public final class LatencyCounts {
  private final long[] counts;

  /**
   * @param counts element b counts the durations d with {@code 2^(b-1) <= d < 2^b} nanoseconds
   */
  public LatencyCounts(long[] counts) {
    this.counts = counts.clone();
  }

  /** Returns the durations counted since {@code earlier}, a reading of the same source. */
  public LatencyCounts since(LatencyCounts earlier) {
    long[] difference = counts.clone();
    for (int b = 0; b < difference.length && b < earlier.counts.length; b++) {
      difference[b] = Math.max(0, difference[b] - earlier.counts[b]);
    }
    return new LatencyCounts(difference);
  }

  /** Returns these durations and those of another source together. */
  public LatencyCounts plus(LatencyCounts other) {
    long[] sum = Arrays.copyOf(counts, Math.max(counts.length, other.counts.length));
    for (int b = 0; b < other.counts.length; b++) {
      sum[b] += other.counts[b];
    }
    return new LatencyCounts(sum);
  }

  /**
   * Returns the number of durations d with {@code 2^(bucket-1) <= d < 2^bucket} nanoseconds; 0 for
   * a bucket out of range.
   */
  public long count(int bucket) {
    return bucket < counts.length ? counts[bucket] : 0;
  }

  /** Returns the number of durations counted. */
  public long total() {
    return Arrays.stream(counts).sum();
  }

  /**
   * Returns a quantile of the durations: an upper bound, at most twice the true value; zero when
   * nothing was counted.
   *
   * @param quantile from 0 to 1: 0.5 is the median
   */
  public Duration quantile(double quantile) {
    if (!(quantile >= 0 && quantile <= 1)) {
      throw new IllegalArgumentException("a quantile is from 0 to 1, not " + quantile);
    }
    long rank = (long) Math.ceil(quantile * total());
    long seen = 0;
    for (int b = 0; b < counts.length; b++) {
      seen += counts[b];
      if (seen >= rank && seen > 0) {
        return Duration.ofNanos(b >= Long.SIZE - 1 ? Long.MAX_VALUE : 1L << b);
      }
    }
    return Duration.ZERO;
  }

  @Override
  public String toString() {
    return "p50 <= " + micros(0.5) + ", p99 <= " + micros(0.99) + " of " + total();
  }

  private String micros(double quantile) {
    return quantile(quantile).toNanos() / 1000.0 + " us";
  }
}
