package dev.weft.net.tls;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLSession;

/** Counts the handshakes of a configuration. */
final class HandshakeCounts {
  private final LongAdder full = new LongAdder();
  private final LongAdder resumed = new LongAdder();
  private final Map<String, LongAdder> failed = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> versions = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> cipherSuites = new ConcurrentHashMap<>();

  void finished(SSLSession session, boolean isResumed) {
    (isResumed ? resumed : full).increment();
    count(versions, session.getProtocol());
    count(cipherSuites, session.getCipherSuite());
  }

  void failed(String alert) {
    count(failed, alert);
  }

  private static void count(Map<String, LongAdder> counts, String name) {
    counts.computeIfAbsent(name, _ -> new LongAdder()).increment();
  }

  TlsStats stats() {
    return new TlsStats(
        full.sum(), resumed.sum(), sums(failed), sums(versions), sums(cipherSuites));
  }

  private static Map<String, Long> sums(Map<String, LongAdder> counts) {
    Map<String, Long> sums = new TreeMap<>();
    counts.forEach((name, count) -> sums.put(name, count.sum()));
    return Map.copyOf(sums);
  }
}
