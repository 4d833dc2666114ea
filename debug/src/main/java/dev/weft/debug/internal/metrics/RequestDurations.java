package dev.weft.debug.internal.metrics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * A histogram of durations by method and status, with the buckets of OpenTelemetry's semantic
 * conventions. Safe for use by any number of threads.
 */
final class RequestDurations {
  /** The upper bounds of the buckets, in seconds. */
  private static final double[] BOUNDS = {
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10
  };

  /** Other methods are counted together, because a client may send any text. */
  private static final Set<String> METHODS =
      Set.of("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE");

  private record Key(String method, String label, String value) {}

  /**
   * Counts of both kinds of buckets. A duration is counted once, in the cell whose number is the
   * sum of its two buckets' numbers: both rise with the duration, so no other two have that sum.
   * All buckets of a reading therefore have the same total, which Prometheus insists on.
   */
  private static final class Durations {
    private final LongAdder[] cells = new LongAdder[NativeBuckets.COUNT + BOUNDS.length];
    private final LongAdder nanos = new LongAdder();

    Durations() {
      Arrays.setAll(cells, _ -> new LongAdder());
    }

    void add(long duration) {
      int classic = 0;
      double seconds = duration / (double) TimeUnit.SECONDS.toNanos(1);
      while (classic < BOUNDS.length && seconds > BOUNDS[classic]) {
        classic++;
      }
      cells[NativeBuckets.of(seconds) + classic].increment();
      nanos.add(duration);
    }

    Histogram read() {
      long[] classic = new long[BOUNDS.length + 1];
      long[] exponential = new long[NativeBuckets.COUNT];
      int i = 0;
      int j = 0;
      while (i < exponential.length && j < classic.length) {
        long count = cells[i + j].sum();
        exponential[i] += count;
        classic[j] += count;
        // What ends first, or both, is followed by the next one.
        double end = NativeBuckets.bound(i);
        double classicEnd = j < BOUNDS.length ? BOUNDS[j] : Double.POSITIVE_INFINITY;
        i += end <= classicEnd ? 1 : 0;
        j += classicEnd <= end ? 1 : 0;
      }
      return new Histogram(
          BOUNDS, classic, nanos.sum() / 1e9, NativeBuckets.histogram(exponential));
    }
  }

  private final Map<Key, Durations> durations = new ConcurrentHashMap<>();

  /** Counts a request with a response. */
  void add(String method, int status, long nanos) {
    add(method, "http_response_status_code", String.valueOf(status), nanos);
  }

  /** Counts a request without a response. */
  void addFailed(String method, Throwable failure, long nanos) {
    add(method, "error_type", failure.getClass().getName(), nanos);
  }

  private void add(String method, String label, String value, long nanos) {
    String known = METHODS.contains(method) ? method : "_OTHER";
    durations.computeIfAbsent(new Key(known, label, value), _ -> new Durations()).add(nanos);
  }

  /** Adds the family; none while there is no request. */
  void appendTo(String name, String help, Exposition out) {
    if (durations.isEmpty()) {
      return;
    }
    out.begin(name, MetricType.HISTOGRAM, "seconds", help);
    Map<Key, Durations> sorted =
        new TreeMap<>(
            Comparator.comparing(Key::method).thenComparing(Key::label).thenComparing(Key::value));
    sorted.putAll(durations);
    sorted.forEach((key, each) -> {
      Map<String, String> labels = new TreeMap<>();
      labels.put("http_request_method", key.method());
      labels.put(key.label(), key.value());
      out.histogram(labels, each.read());
    });
  }
}
