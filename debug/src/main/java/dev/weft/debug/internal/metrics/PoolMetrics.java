package dev.weft.debug.internal.metrics;

import dev.weft.net.pool.PoolStats;
import java.util.Map;

/** The figures of connection pools by name. */
public final class PoolMetrics extends Watched<PoolStats> {
  PoolMetrics() {
    super("pool");
  }

  @Override
  void append(Map<String, PoolStats> stats, Exposition out) {
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
}
