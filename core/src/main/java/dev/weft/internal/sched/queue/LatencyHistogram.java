package dev.weft.internal.sched.queue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A histogram of durations in nanoseconds, with a bucket for each power of two: bucket {@code b}
 * counts the durations {@code d} with {@code 2^(b-1) <= d < 2^b}, and bucket 0 those that are not
 * positive. One thread writes, any may read; a reader sees whole counts, but not all of one moment.
 */
public final class LatencyHistogram {
  public static final int BUCKETS = 64;

  private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] counts = new long[BUCKETS];

  public LatencyHistogram() {}

  public void record(long nanos) {
    int bucket = nanos <= 0 ? 0 : BUCKETS - Long.numberOfLeadingZeros(nanos);
    COUNT.setOpaque(counts, bucket, counts[bucket] + 1);
  }

  public void addTo(long[] sum) {
    for (int i = 0; i < BUCKETS; i++) {
      sum[i] += (long) COUNT.getOpaque(counts, i);
    }
  }
}
