package dev.weft.debug.internal.metrics;

import dev.weft.net.limit.LimitStats;
import dev.weft.net.limit.Refusal;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The figures of limited listeners by name. */
public final class LimitMetrics extends Watched<LimitStats> {
  LimitMetrics() {
    super("listener");
  }

  @Override
  void append(Map<String, LimitStats> stats, Exposition out) {
    gauge("weft_limit_connections", "Open connections", LimitStats::connections, stats, out);
    gauge(
        "weft_limit_waiting",
        "Callers of accept that wait for a place",
        LimitStats::waiting,
        stats,
        out);
    counter("weft_limit_accepted", "Connections accepted", LimitStats::accepted, stats, out);
    counter(
        "weft_limit_waits",
        "Times accepting waited for a place or the rate",
        LimitStats::waits,
        stats,
        out);
    counters(
        "weft_limit_refused", "Connections refused", "reason", LimitMetrics::refused, stats, out);
    gauge("weft_limit_buffer_bytes", "Bytes of buffers taken", LimitStats::bufferBytes, stats, out);
  }

  private static Map<String, Long> refused(LimitStats stats) {
    Map<String, Long> refused = new TreeMap<>();
    for (Refusal reason : Refusal.values()) {
      refused.put(reason.name().toLowerCase(Locale.ROOT), stats.refused(reason));
    }
    return refused;
  }
}
