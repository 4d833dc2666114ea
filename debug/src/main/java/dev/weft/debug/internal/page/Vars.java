package dev.weft.debug.internal.page;

import dev.weft.Weft;
import dev.weft.stats.RuntimeInfo;
import dev.weft.stats.SchedulerStats;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/** Named values as JSON, as Go's {@code expvar} has them. Safe for use by any number of threads. */
public final class Vars {
  private final Map<String, Supplier<?>> published = new ConcurrentSkipListMap<>();

  /**
   * Adds a value, which is read at every request.
   *
   * @throws IllegalArgumentException when there is one with that name
   */
  public void publish(String name, Supplier<?> value) {
    if (builtIn().containsKey(name) || published.putIfAbsent(name, value) != null) {
      throw new IllegalArgumentException("a variable named " + name + " is published already");
    }
  }

  /** All values. A value that fails to be read is shown as the exception. */
  public String json() {
    Map<String, Object> all = builtIn();
    published.forEach((name, value) -> all.put(name, read(value)));
    return Json.of(all) + "\n";
  }

  private static Object read(Supplier<?> value) {
    try {
      return value.get();
    } catch (RuntimeException e) {
      return e.toString();
    }
  }

  private static Map<String, Object> builtIn() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("cmdline", CommandLine.words());
    all.put("memstats", memory());
    all.put("runtime", runtime(Weft.info()));
    all.put("scheduler", scheduler(Weft.stats()));
    return all;
  }

  private static Map<String, Object> memory() {
    Map<String, Object> memory = new LinkedHashMap<>();
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    memory.put("heap_used", heap.getUsed());
    memory.put("heap_committed", heap.getCommitted());
    memory.put("heap_max", heap.getMax());
    memory.put(
        "non_heap_used", ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage().getUsed());
    for (GarbageCollectorMXBean gc : ManagementFactory.getGarbageCollectorMXBeans()) {
      memory.put(
          gc.getName(), Map.of("count", gc.getCollectionCount(), "millis", gc.getCollectionTime()));
    }
    return memory;
  }

  private static Map<String, Object> runtime(RuntimeInfo info) {
    Map<String, Object> runtime = new LinkedHashMap<>();
    runtime.put("version", System.getProperty("java.vm.version"));
    runtime.put("scheduler", info.scheduler().toString());
    runtime.put("poller", info.poller());
    runtime.put("procs", info.procs());
    runtime.put("max_threads", info.maxThreads());
    return runtime;
  }

  private static Map<String, Object> scheduler(SchedulerStats stats) {
    Map<String, Object> scheduler = new LinkedHashMap<>();
    scheduler.put("goroutines", stats.goroutines().live());
    scheduler.put("created", stats.goroutines().created());
    scheduler.put("runnable", stats.goroutines().runnable());
    scheduler.put("idle_processors", stats.processors().idle());
    scheduler.put("machines", stats.machines().alive());
    scheduler.put("slices", stats.processors().slices());
    scheduler.put("steals", stats.processors().steals());
    scheduler.put("handoffs", stats.processors().handoffs());
    scheduler.put("blocking_calls", stats.processors().blockingCalls());
    scheduler.put("polls", stats.polls().checks());
    scheduler.put("poll_waits", stats.polls().waits());
    scheduler.put("poll_events", stats.polls().events());
    scheduler.put("system_calls", stats.systemCalls().byName());
    scheduler.put("timers", stats.timers());
    scheduler.put("ready_to_running_p50_ns", stats.readyToRunning().quantile(0.5).toNanos());
    scheduler.put("ready_to_running_p99_ns", stats.readyToRunning().quantile(0.99).toNanos());
    return scheduler;
  }
}
