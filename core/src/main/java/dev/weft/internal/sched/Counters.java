package dev.weft.internal.sched;

import dev.weft.internal.sched.queue.LatencyHistogram;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One machine's counters. Only that machine writes them, so counting is a plain addition; any
 * thread may read.
 */
final class Counters {
  private static final VarHandle VALUE = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] values = new long[Counter.COUNT];
  final LatencyHistogram waits = new LatencyHistogram();

  void add(Counter counter, long n) {
    int i = counter.ordinal();
    VALUE.setOpaque(values, i, values[i] + n);
  }

  void increment(Counter counter) {
    add(counter, 1);
  }

  long get(Counter counter) {
    return (long) VALUE.getOpaque(values, counter.ordinal());
  }

  void addTo(long[] sum, long[] waitSum) {
    for (int i = 0; i < values.length; i++) {
      sum[i] += (long) VALUE.getOpaque(values, i);
    }
    waits.addTo(waitSum);
  }
}
