package dev.weft.debug.internal.metrics;

import dev.weft.net.pool.PoolStats;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** The figures of connection pools by name. Safe for use by any number of threads. */
public final class PoolMetrics {
  private final Map<String, Supplier<PoolStats>> pools = new ConcurrentHashMap<>();

  /** Shows a pool; one of the same name before is shown no longer. */
  public void add(String name, Supplier<PoolStats> stats) {
    pools.put(name, stats);
  }

  void appendTo(OpenMetrics out) {
    if (pools.isEmpty()) {
      return;
    }
    Map<String, PoolStats> stats = new TreeMap<>();
    pools.forEach((name, each) -> stats.put(name, each.get()));
    gauge("weft_pool_leased_connections", "Connections in use", PoolStats::leased, stats, out);
    gauge(
        "weft_pool_idle_connections", "Connections that wait for use", PoolStats::idle, stats, out);
    gauge(
        "weft_pool_waiting", "Threads that wait for a connection", PoolStats::waiting, stats, out);
    counter("weft_pool_opened", "Connections opened", PoolStats::opened, stats, out);
    counter("weft_pool_open_failures", "Failures to open one", PoolStats::openFailures, stats, out);
    counter("weft_pool_reused", "Connections taken that were open", PoolStats::reused, stats, out);
    counter("weft_pool_waits", "Times a thread had to wait", PoolStats::waits, stats, out);
    counter("weft_pool_leaks", "Leases that were not given back", PoolStats::leaks, stats, out);
  }

  private static void gauge(
      String name,
      String help,
      Function<PoolStats, Number> figure,
      Map<String, PoolStats> stats,
      OpenMetrics out) {
    out.begin(name, "gauge", null, help);
    samples(name, figure, stats, out);
  }

  private static void counter(
      String name,
      String help,
      Function<PoolStats, Number> figure,
      Map<String, PoolStats> stats,
      OpenMetrics out) {
    out.begin(name, "counter", null, help);
    samples(name + "_total", figure, stats, out);
  }

  private static void samples(
      String name,
      Function<PoolStats, Number> figure,
      Map<String, PoolStats> stats,
      OpenMetrics out) {
    stats.forEach((pool, each) -> out.sample(name, Map.of("pool", pool), figure.apply(each)));
  }
}
