package dev.weft.internal.sched;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A histogram of durations in powers of two nanoseconds: bucket b counts durations d with 2^(b-1)
 * <= d < 2^b. One thread writes, any may read; a reader sees each bucket whole, but not all of one
 * moment.
 */
public final class LatencyHistogram {
  static final int BUCKETS = 64;

  private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] counts = new long[BUCKETS];

  public LatencyHistogram() {}

  void record(long nanos) {
    int bucket = nanos <= 0 ? 0 : BUCKETS - Long.numberOfLeadingZeros(nanos);
    COUNT.setOpaque(counts, bucket, counts[bucket] + 1);
  }

  void addTo(long[] sum) {
    for (int i = 0; i < BUCKETS; i++) {
      sum[i] += (long) COUNT.getOpaque(counts, i);
    }
  }
}
