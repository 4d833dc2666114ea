package dev.weft.debug.internal.metrics;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import dev.weft.Weft;
import dev.weft.debug.internal.flight.Cause;
import dev.weft.debug.internal.leak.LeakWatch;
import dev.weft.http.Request;
import dev.weft.http.Response;
import dev.weft.internal.inspect.Descriptor;
import dev.weft.internal.inspect.Inspection;
import dev.weft.stats.SchedulerStats;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** All metrics of the process: scheduler, sockets, pools, requests, and the JVM. */
public final class Metrics {
  private final HttpMetrics http = new HttpMetrics();
  private final PoolMetrics pools = new PoolMetrics();
  private final LimitMetrics limits = new LimitMetrics();
  private final TlsMetrics tls = new TlsMetrics();

  public HttpMetrics http() {
    return http;
  }

  public PoolMetrics pools() {
    return pools;
  }

  public LimitMetrics limits() {
    return limits;
  }

  public TlsMetrics tls() {
    return tls;
  }

  /** Sends the current values, in the format that the client prefers. */
  public void send(Request request, Response response) throws IOException {
    Exposition out = Accepted.newExposition(request.header("Accept"));
    appendScheduler(Weft.stats(), out);
    appendDescriptors(out);
    appendFindings(out);
    pools.appendTo(out);
    limits.appendTo(out);
    tls.appendTo(out);
    http.appendTo(out);
    appendJvm(out);
    response.type(out.mediaType()).header("Vary", "Accept").send(out.finish());
  }

  private static void appendScheduler(SchedulerStats stats, Exposition out) {
    out.gauge("weft_goroutines", "Goroutines that have not ended", stats.goroutines().live());
    out.gauge(
        "weft_goroutines_runnable",
        "Goroutines that wait in a queue",
        stats.goroutines().runnable());
    out.counter("weft_goroutines_created", "Goroutines made", stats.goroutines().created());
    out.gauge("weft_processors", "Processors (P)", stats.processors().total());
    out.gauge("weft_processors_idle", "Processors with nothing to run", stats.processors().idle());
    out.gauge("weft_machines", "Machines (M) alive", stats.machines().alive());
    out.gauge("weft_machines_lowered", "Machines of lowered priority", stats.machines().lowered());
    out.counter(
        "weft_machine_limit_hits",
        "Machines wanted beyond the limit",
        stats.machines().limitHits());
    out.counter(
        "weft_slices", "Times a goroutine was put on a processor", stats.processors().slices());
    out.counter(
        "weft_steals", "Times goroutines were taken from elsewhere", stats.processors().steals());
    out.counter(
        "weft_handoffs",
        "Processors taken from goroutines too long",
        stats.processors().handoffs());
    out.counter("weft_blocking_calls", "Calls known to block", stats.processors().blockingCalls());
    out.counter(
        "weft_polls", "Times the poller was polled without waiting", stats.polls().checks());
    out.counter("weft_poll_waits", "Times a machine waited in the poller", stats.polls().waits());
    out.counter("weft_poll_events", "Events that the poller reported", stats.polls().events());
    out.counter("weft_wakes", "Idle machines woken", stats.machines().wakes());
    out.gauge("weft_timers", "Timers armed", stats.timers());
    out.begin("weft_system_calls", MetricType.COUNTER, null, "System calls that Weft made");
    stats.systemCalls().byName().forEach((call, n) -> out.sample(Map.of("call", call), n));
    out.begin(
        "weft_ready_to_running_seconds",
        MetricType.HISTOGRAM,
        "seconds",
        "Sampled times from ready to running");
    out.histogram(Map.of(), Histogram.of(stats.readyToRunning(), Double.NaN));
  }

  private static void appendDescriptors(Exposition out) {
    Map<Descriptor.Kind, Integer> counts = new EnumMap<>(Descriptor.Kind.class);
    for (Descriptor.Kind kind : Descriptor.Kind.values()) {
      counts.put(kind, 0);
    }
    Inspection.descriptors(descriptor -> counts.merge(descriptor.kind(), 1, Integer::sum));
    out.begin("weft_open_descriptors", MetricType.GAUGE, null, "Sockets and pipes that are open");
    counts.forEach(
        (kind, n) -> out.sample(Map.of("kind", kind.name().toLowerCase(Locale.ROOT)), n));
  }

  private static void appendFindings(Exposition out) {
    out.counter(
        "weft_goroutines_leaked", "Goroutines found that nothing can wake", LeakWatch.found());
    out.begin(
        "weft_flight_recordings",
        MetricType.COUNTER,
        null,
        "Recordings that flight recorders wrote");
    Cause.counts().forEach((cause, n) -> out.sample(Map.of("cause", cause), n));
  }

  private static void appendJvm(Exposition out) {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    out.begin("jvm_memory_used_bytes", MetricType.GAUGE, "bytes", "Memory in use");
    out.sample(Map.of("area", "heap"), memory.getHeapMemoryUsage().getUsed());
    out.sample(Map.of("area", "nonheap"), memory.getNonHeapMemoryUsage().getUsed());
    out.begin(
        "jvm_gc_collection_seconds", MetricType.SUMMARY, "seconds", "Collections, and their time");
    for (GarbageCollectorMXBean gc : ManagementFactory.getGarbageCollectorMXBeans()) {
      out.summary(
          Map.of("gc", gc.getName()), gc.getCollectionCount(), gc.getCollectionTime() / 1e3);
    }
    out.gauge(
        "jvm_threads_current",
        "Platform threads",
        ManagementFactory.getThreadMXBean().getThreadCount());
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      out.begin("process_cpu_seconds", MetricType.COUNTER, "seconds", "CPU time used");
      out.sample(Map.of(), system.getProcessCpuTime() / 1e9);
      if (system instanceof UnixOperatingSystemMXBean unix) {
        out.gauge("process_open_fds", "Open file descriptors", unix.getOpenFileDescriptorCount());
        out.gauge("process_max_fds", "The most there may be", unix.getMaxFileDescriptorCount());
      }
    }
  }
}
