package dev.weft.debug.internal.page;

import dev.weft.Weft;
import dev.weft.internal.inspect.Inspection;
import dev.weft.internal.track.MachineState;
import dev.weft.internal.track.ProcessorState;
import dev.weft.stats.SchedulerStats;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The scheduler as Go's schedtrace shows it: one line, then each processor and machine. */
public final class SchedPage {
  private SchedPage() {}

  /** Reads the counters one after the other, while goroutines run. */
  public static String text() {
    SchedulerStats stats = Weft.stats();
    List<ProcessorState> processors = Inspection.processors();
    List<MachineState> machines = Inspection.machines();
    StringBuilder out = new StringBuilder();
    out.append(line(stats, processors, machines)).append('\n');
    for (ProcessorState p : processors) {
      out.append(
          "  P%d: status=%s m=%s runqsize=%d timers=%d\n"
              .formatted(
                  p.id(),
                  p.machine() == null ? "idle" : "running",
                  p.machine() == null ? "nil" : p.machine(),
                  p.queued(),
                  p.timers()));
    }
    for (MachineState m : machines) {
      out.append(
          "  %s: p=%s status=%s lowered=%b slices=%d steals=%d parks=%d cpu=%dms\n"
              .formatted(
                  m.name(),
                  m.processor() == null ? "nil" : m.processor(),
                  status(m),
                  m.lowered(),
                  m.slices(),
                  m.steals(),
                  m.parks(),
                  TimeUnit.NANOSECONDS.toMillis(m.cpuNanos())));
    }
    out.append(
        "  goroutines: live=%d created=%d runnable=%d slices=%d\n"
            .formatted(
                stats.goroutines().live(),
                stats.goroutines().created(),
                stats.goroutines().runnable(),
                stats.processors().slices()));
    out.append(
        "  handoffs=%d blocking=%d steals=%d wakes=%d parks=%d machine limit hit=%d\n"
            .formatted(
                stats.processors().handoffs(),
                stats.processors().blockingCalls(),
                stats.processors().steals(),
                stats.machines().wakes(),
                stats.machines().parks(),
                stats.machines().limitHits()));
    out.append(
        "  poller %s: polls=%d waits=%d events=%d\n"
            .formatted(
                Weft.info().poller(),
                stats.polls().checks(),
                stats.polls().waits(),
                stats.polls().events()));
    out.append("  ready to running: %s\n".formatted(stats.readyToRunning()));
    return out.toString();
  }

  private static String line(
      SchedulerStats stats, List<ProcessorState> processors, List<MachineState> machines) {
    long idle = machines.stream().filter(m -> m.processor() == null && !m.inGoroutine()).count();
    return "SCHED %dms: gomaxprocs=%d idleprocs=%d threads=%d idlethreads=%d runqueue=%d [%s]"
        .formatted(
            ManagementFactory.getRuntimeMXBean().getUptime(),
            stats.processors().total(),
            stats.processors().idle(),
            stats.machines().alive(),
            idle,
            stats.goroutines().runnableGlobally(),
            processors.stream()
                .map(p -> String.valueOf(p.queued()))
                .collect(Collectors.joining(" ")));
  }

  private static String status(MachineState machine) {
    if (machine.processor() == null) {
      return machine.inGoroutine() ? "lost its processor in a goroutine" : "idle";
    }
    return machine.inGoroutine() ? "running" : "looking";
  }
}
