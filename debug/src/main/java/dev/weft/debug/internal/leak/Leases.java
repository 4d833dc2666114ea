package dev.weft.debug.internal.leak;

import dev.weft.debug.internal.goroutine.GoroutineText;
import dev.weft.internal.inspect.Stacks;
import dev.weft.net.pool.ConnPool;
import dev.weft.net.pool.LeakedLease;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Connections that were taken from pools and not given back. Safe for use by any thread. */
public final class Leases {
  private static final Map<String, ConnPool<?>> POOLS = new ConcurrentHashMap<>();

  private Leases() {}

  /** Watches a pool in place of an earlier one of the same name. */
  public static void watch(String name, ConnPool<?> pool) {
    POOLS.put(name, pool);
  }

  /** Writes the leases that last longer than their pool allows, with the stacks that took them. */
  public static void write(Appendable out) throws IOException {
    StringBuilder found = new StringBuilder();
    int total = 0;
    for (Map.Entry<String, ConnPool<?>> pool : new TreeMap<>(POOLS).entrySet()) {
      for (LeakedLease lease : pool.getValue().leakedLeases()) {
        total++;
        found.append("\na connection of the pool ").append(pool.getKey()).append(" to ");
        found.append(lease.target()).append(", taken ");
        found.append(GoroutineText.age(lease.age().toNanos())).append(" ago\n");
        GoroutineText.stack(Stacks.trim(lease.takenBy().getStackTrace()), found);
      }
    }
    out.append("leases that last too long: ").append(String.valueOf(total)).append("\n");
    out.append(found);
  }
}
