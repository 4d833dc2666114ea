package dev.weft.debug.internal.metrics;

import dev.weft.http.Handler;
import dev.weft.http.HttpException;
import dev.weft.http.Request;
import dev.weft.http.Response;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts requests and their durations, with the names and buckets of OpenTelemetry's semantic
 * conventions. Safe for use by any number of threads.
 */
public final class HttpMetrics {
  private static final String DURATION = "http_server_request_duration_seconds";

  /** The upper bounds of the buckets, in seconds. */
  private static final double[] BOUNDS = {
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10
  };

  /** Other methods are counted together: a client may send any. */
  private static final Set<String> METHODS =
      Set.of("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE");

  private record Key(String method, int status) {}

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
  private final LongAdder active = new LongAdder();

  /** A handler that counts its requests. */
  public Handler wrap(Handler next) {
    return (request, response) -> handle(next, request, response);
  }

  private void handle(Handler next, Request request, Response response) throws Exception {
    long begin = System.nanoTime();
    int failed = 0;
    active.increment();
    try {
      next.handle(request, response);
    } catch (HttpException e) {
      failed = e.status();
      throw e;
    } catch (Throwable e) {
      failed = 500;
      throw e;
    } finally {
      active.decrement();
      int status = failed == 0 || response.isCommitted() ? response.status() : failed;
      String method = METHODS.contains(request.method()) ? request.method() : "_OTHER";
      durations
          .computeIfAbsent(new Key(method, status), _ -> new Durations())
          .add(System.nanoTime() - begin);
    }
  }

  void appendTo(OpenMetrics out) {
    out.gauge("http_server_active_requests", "Requests that handlers work at", active.sum());
    if (durations.isEmpty()) {
      return;
    }
    out.begin(DURATION, "histogram", "seconds", "Durations of requests in their handlers");
    Map<Key, Durations> sorted =
        new TreeMap<>(Comparator.comparing(Key::method).thenComparingInt(Key::status));
    sorted.putAll(durations);
    sorted.forEach((key, each) -> append(key, each, out));
  }

  private static void append(Key key, Durations each, OpenMetrics out) {
    Map<String, String> labels = new TreeMap<>();
    labels.put("http_request_method", key.method());
    labels.put("http_response_status_code", String.valueOf(key.status()));
    Map<String, String> ofBucket = new TreeMap<>(labels);
    long count = 0;
    for (int i = 0; i < each.buckets.length; i++) {
      count += each.buckets[i].sum();
      ofBucket.put("le", i < BOUNDS.length ? String.valueOf(BOUNDS[i]) : "+Inf");
      out.sample(DURATION + "_bucket", ofBucket, count);
    }
    out.sample(DURATION + "_count", labels, count);
    out.sample(DURATION + "_sum", labels, each.nanos.sum() / 1e9);
  }
}
