package dev.weft.net.tls;

import dev.weft.stats.LatencyCounts;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Counts the handshakes of a configuration, and of all of them. */
final class HandshakeCounts {
  /** The counts of all configurations of this process. */
  static final HandshakeCounts TOTAL = new HandshakeCounts(null);

  private final @Nullable HandshakeCounts total;
  private final LongAdder full = new LongAdder();
  private final LongAdder resumed = new LongAdder();
  private final LongAdder waits = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder nanos = new LongAdder();

  /** Durations in buckets of powers of two of nanoseconds, as {@link LatencyCounts}. */
  private final AtomicLongArray times = new AtomicLongArray(Long.SIZE);

  private final Map<String, LongAdder> failed = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> versions = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> cipherSuites = new ConcurrentHashMap<>();

  HandshakeCounts() {
    this(TOTAL);
  }

  private HandshakeCounts(@Nullable HandshakeCounts total) {
    this.total = total;
  }

  void finished(SSLSession session, boolean isResumed, long took) {
    (isResumed ? resumed : full).increment();
    nanos.add(took);
    times.incrementAndGet(took <= 0 ? 0 : Long.SIZE - Long.numberOfLeadingZeros(took));
    count(versions, session.getProtocol());
    count(cipherSuites, session.getCipherSuite());
    if (total != null) {
      total.finished(session, isResumed, took);
    }
  }

  void failed(String alert) {
    count(failed, alert);
    if (total != null) {
      total.failed(alert);
    }
  }

  /** A handshake has waited for its turn. */
  void waited() {
    waits.increment();
    if (total != null) {
      total.waited();
    }
  }

  /** A handshake had no turn in time; it also counts as failed. */
  void refused() {
    refused.increment();
    if (total != null) {
      total.refused();
    }
  }

  private static void count(Map<String, LongAdder> counts, String name) {
    counts.computeIfAbsent(name, _ -> new LongAdder()).increment();
  }

  TlsStats stats() {
    return new TlsStats(
        full.sum(),
        resumed.sum(),
        sums(failed),
        sums(versions),
        sums(cipherSuites),
        new LatencyCounts(IntStream.range(0, times.length()).mapToLong(times::get).toArray()),
        Duration.ofNanos(nanos.sum()),
        waits.sum(),
        refused.sum());
  }

  private static Map<String, Long> sums(Map<String, LongAdder> counts) {
    Map<String, Long> sums = new TreeMap<>();
    counts.forEach((name, count) -> sums.put(name, count.sum()));
    return Map.copyOf(sums);
  }
}
