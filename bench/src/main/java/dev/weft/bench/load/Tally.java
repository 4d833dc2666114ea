package dev.weft.bench.load;

import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** The counters of one run. */
final class Tally {
  /** The kernel retransmits a SYN after one second. */
  private static final long LATE_NANOS = 900_000_000L;

  private final Histogram all = Latencies.empty();
  private final Histogram punctual = Latencies.empty();
  private final Map<Failure, Long> failures = new EnumMap<>(Failure.class);
  private long completed;
  private long late;

  void completed(long nanos, long connectNanos) {
    completed++;
    record(nanos, connectNanos);
  }

  /**
   * Counts a request that timed out with the time it waited; omitting it would understate the
   * latency.
   */
  void timedOut(long nanos, long connectNanos) {
    failed(Failure.TIMEOUT);
    record(nanos, connectNanos);
  }

  private void record(long nanos, long connectNanos) {
    Latencies.record(all, nanos);
    if (connectNanos >= LATE_NANOS) {
      late++;
    } else {
      Latencies.record(punctual, nanos);
    }
  }

  void failed(Failure failure) {
    failures.merge(failure, 1L, Long::sum);
  }

  long completed() {
    return completed;
  }

  Outcome outcome(
      long steadyNanos,
      long steadyCompleted,
      long elapsedNanos,
      long notBegun,
      long cpuMicros,
      boolean stopped) {
    return new Outcome(
        completed,
        failures,
        steadyNanos,
        steadyCompleted,
        elapsedNanos,
        notBegun,
        late,
        Latencies.encode(all),
        Latencies.encode(punctual),
        cpuMicros,
        stopped);
  }
}
