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

  private static final class Durations {
    final LongAdder[] buckets = new LongAdder[BOUNDS.length + 1];
    final LongAdder nanos = new LongAdder();

    Durations() {
      Arrays.setAll(buckets, _ -> new LongAdder());
    }

    void add(long duration) {
      int at = 0;
      double seconds = duration / (double) TimeUnit.SECONDS.toNanos(1);
      while (at < BOUNDS.length && seconds > BOUNDS[at]) {
        at++;
      }
      buckets[at].increment();
      nanos.add(duration);
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
  void appendTo(String name, String help, OpenMetrics out) {
    if (durations.isEmpty()) {
      return;
    }
    out.begin(name, "histogram", "seconds", help);
    Map<Key, Durations> sorted =
        new TreeMap<>(
            Comparator.comparing(Key::method).thenComparing(Key::label).thenComparing(Key::value));
    sorted.putAll(durations);
    sorted.forEach((key, each) -> append(name, key, each, out));
  }

  private static void append(String name, Key key, Durations each, OpenMetrics out) {
    Map<String, String> labels = new TreeMap<>();
    labels.put("http_request_method", key.method());
    labels.put(key.label(), key.value());
    Map<String, String> ofBucket = new TreeMap<>(labels);
    long count = 0;
    for (int i = 0; i < each.buckets.length; i++) {
      count += each.buckets[i].sum();
      ofBucket.put("le", i < BOUNDS.length ? String.valueOf(BOUNDS[i]) : "+Inf");
      out.sample(name + "_bucket", ofBucket, count);
    }
    out.sample(name + "_count", labels, count);
    out.sample(name + "_sum", labels, each.nanos.sum() / 1e9);
  }
}
