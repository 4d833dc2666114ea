package dev.weft.debug.internal.dash;

import com.sun.management.OperatingSystemMXBean;
import dev.weft.Weft;
import dev.weft.debug.internal.leak.LeakWatch;
import dev.weft.debug.internal.page.Json;
import dev.weft.debug.internal.page.NetPage;
import dev.weft.internal.inspect.Descriptor;
import dev.weft.internal.inspect.Inspection;
import dev.weft.internal.sys.TcpInfoStruct;
import dev.weft.internal.track.MachineState;
import dev.weft.internal.track.ProcessorState;
import dev.weft.stats.LatencyCounts;
import dev.weft.stats.RuntimeInfo;
import dev.weft.stats.SchedulerStats;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * All figures of the dashboard, read once a second. Counts are totals since the start of the
 * process; the page shows their differences.
 */
final class Figures implements Sampler.Source {
  /** Durations up to about a minute. */
  private static final int BUCKETS = 37;

  private final Pauses pauses = Weft.blocking(Pauses::new);
  private final Hogs hogs = new Hogs();
  private final ThrottledReading<Map<String, Object>> goroutines =
      new ThrottledReading<>(GoroutineFigures::take);
  private final ThrottledReading<Map<String, Object>> descriptors =
      new ThrottledReading<>(Figures::descriptors);

  @Override
  public void tick() {
    hogs.look();
  }

  @Override
  public String sample() {
    long now = System.nanoTime();
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("time", System.currentTimeMillis());
    all.put("process", process());
    all.put("scheduler", scheduler(Weft.stats()));
    all.put("processors", Inspection.processors().stream().map(Figures::processor).toList());
    all.put("machines", Inspection.machines().stream().map(Figures::machine).toList());
    all.put("goroutines", goroutines.get(now));
    all.put("net", descriptors.get(now));
    all.put("pauses", pauses.read());
    all.put("hogs", hogs.read());
    all.put("leaked", LeakWatch.found());
    return Json.of(all);
  }

  private static Map<String, Object> process() {
    RuntimeInfo info = Weft.info();
    Map<String, Object> process = new LinkedHashMap<>();
    process.put("pid", ProcessHandle.current().pid());
    process.put("started", ManagementFactory.getRuntimeMXBean().getStartTime());
    process.put("uptimeMillis", ManagementFactory.getRuntimeMXBean().getUptime());
    process.put("java", System.getProperty("java.vm.version"));
    process.put("cpus", Runtime.getRuntime().availableProcessors());
    process.put("scheduler", info.scheduler().toString());
    process.put("fallbackBecause", info.fallbackBecause());
    process.put("poller", info.poller());
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      process.put("cpuNanos", system.getProcessCpuTime());
    }
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    process.put("heapUsed", heap.getUsed());
    process.put("heapCommitted", heap.getCommitted());
    process.put("heapMax", heap.getMax());
    process.put("threads", ManagementFactory.getThreadMXBean().getThreadCount());
    return process;
  }

  private static Map<String, Object> scheduler(SchedulerStats stats) {
    Map<String, Object> scheduler = new LinkedHashMap<>();
    scheduler.put("live", stats.goroutines().live());
    scheduler.put("created", stats.goroutines().created());
    scheduler.put("runnable", stats.goroutines().runnable());
    scheduler.put("globalRunnable", stats.goroutines().runnableGlobally());
    scheduler.put("slices", stats.processors().slices());
    scheduler.put("steals", stats.processors().steals());
    scheduler.put("handoffs", stats.processors().handoffs());
    scheduler.put("blockingCalls", stats.processors().blockingCalls());
    scheduler.put("polls", stats.polls().checks());
    scheduler.put("pollWaits", stats.polls().waits());
    scheduler.put("pollEvents", stats.polls().events());
    scheduler.put("wakes", stats.machines().wakes());
    scheduler.put("systemCalls", stats.systemCalls().byName());
    scheduler.put("timers", stats.timers());
    scheduler.put("machineLimit", stats.machines().limit());
    scheduler.put("readyToRunning", buckets(stats.readyToRunning()));
    return scheduler;
  }

  private static List<Long> buckets(LatencyCounts counts) {
    return IntStream.range(0, BUCKETS).mapToObj(counts::count).toList();
  }

  private static Map<String, Object> processor(ProcessorState state) {
    Map<String, Object> processor = new LinkedHashMap<>();
    processor.put("id", state.id());
    processor.put("machine", state.machine());
    processor.put("queued", state.queued());
    processor.put("timers", state.timers());
    return processor;
  }

  private static Map<String, Object> machine(MachineState state) {
    Map<String, Object> machine = new LinkedHashMap<>();
    machine.put("name", state.name());
    machine.put("processor", state.processor());
    machine.put("inGoroutine", state.inGoroutine());
    machine.put("lowered", state.lowered());
    machine.put("slices", state.slices());
    machine.put("steals", state.steals());
    machine.put("parks", state.parks());
    machine.put("systemCalls", state.systemCalls());
    machine.put("cpuNanos", state.cpuNanos());
    return machine;
  }

  /** Numbers by kind, and of TCP connections by the kernel's state. */
  private static Map<String, Object> descriptors() {
    Map<String, Integer> kinds = new TreeMap<>();
    Map<String, Integer> states = new TreeMap<>();
    Inspection.descriptors(descriptor -> {
      String kind = descriptor.kind().name().toLowerCase(Locale.ROOT);
      kinds.merge(descriptor.network() + " " + kind, 1, Integer::sum);
      TcpInfoStruct tcp =
          descriptor.kind() == Descriptor.Kind.CONNECTION ? descriptor.tcpInfo() : null;
      if (tcp != null) {
        states.merge(NetPage.stateOf(tcp), 1, Integer::sum);
      }
    });
    return Map.of("kinds", kinds, "states", states);
  }

  @Override
  public void close() {
    pauses.close();
  }
}
