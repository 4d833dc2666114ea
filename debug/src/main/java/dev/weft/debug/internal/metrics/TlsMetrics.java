package dev.weft.debug.internal.metrics;

import dev.weft.net.tls.TlsStats;
import java.util.Map;

/** The handshakes of TLS configurations by name. */
public final class TlsMetrics extends Watched<TlsStats> {
  TlsMetrics() {
    super("config");
  }

  @Override
  void append(Map<String, TlsStats> stats, Exposition out) {
    counters(
        "weft_tls_handshakes",
        "Handshakes that succeeded",
        "kind",
        each -> Map.of("full", each.full(), "resumed", each.resumed()),
        stats,
        out);
    counters(
        "weft_tls_handshake_failures",
        "Handshakes that failed, by alert",
        "alert",
        TlsStats::failed,
        stats,
        out);
    counters(
        "weft_tls_handshake_turns",
        "Handshakes that waited for their turn, and that got none in time",
        "outcome",
        each -> Map.of("waited", each.waits(), "refused", each.refused()),
        stats,
        out);
    histogram(
        "weft_tls_handshake_duration_seconds",
        "seconds",
        "Durations of handshakes that succeeded",
        each -> Histogram.of(each.times(), each.time().toNanos() / 1e9),
        stats,
        out);
    counters(
        "weft_tls_versions", "Handshakes by protocol", "version", TlsStats::versions, stats, out);
    counters(
        "weft_tls_cipher_suites",
        "Handshakes by cipher suite",
        "cipher",
        TlsStats::cipherSuites,
        stats,
        out);
  }
}
