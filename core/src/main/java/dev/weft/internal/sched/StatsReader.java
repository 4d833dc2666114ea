package dev.weft.internal.sched;

import dev.weft.stats.LatencyCounts;
import dev.weft.stats.SchedulerStats;
import java.util.List;

/** Sums the counters of a {@link GmpScheduler} and its machines. */
final class StatsReader {
  private StatsReader() {}

  /** Reads the counters one after the other, not at one moment. */
  static SchedulerStats read(GmpScheduler scheduler, GoroutineFactory goroutines) {
    MachineList.Totals totals = scheduler.machines.totals();
    long[] counts = totals.counts;
    List<Machine> alive = totals.alive;
    int queued = scheduler.global.size();
    int runnable = queued;
    int timers = 0;
    for (Processor processor : scheduler.processors) {
      runnable += processor.queued();
      timers += processor.timers.size();
    }
    return new SchedulerStats(
        new SchedulerStats.Goroutines(
            counts[Counter.CREATED.ordinal()] + goroutines.createdElsewhere(),
            counts[Counter.FINISHED.ordinal()] + goroutines.finishedElsewhere(),
            runnable,
            queued),
        new SchedulerStats.Processors(
            scheduler.processors.length,
            scheduler.idleProcessors.count(),
            counts[Counter.SLICES.ordinal()],
            counts[Counter.STEALS.ordinal()],
            scheduler.sysmon.handoffs(),
            counts[Counter.BLOCKING_CALLS.ordinal()]),
        new SchedulerStats.Machines(
            alive.size(),
            (int) alive.stream().filter(Machine::isLowered).count(),
            scheduler.starter.limit(),
            scheduler.starter.limitHits(),
            counts[Counter.WAKES.ordinal()],
            counts[Counter.PARKS.ordinal()]),
        new SchedulerStats.Polls(
            counts[Counter.POLLS.ordinal()],
            counts[Counter.POLL_WAITS.ordinal()],
            counts[Counter.POLL_EVENTS.ordinal()]),
        CallCounts.read(),
        timers,
        new LatencyCounts(totals.waits));
  }
}
