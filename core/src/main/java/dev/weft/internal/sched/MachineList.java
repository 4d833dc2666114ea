package dev.weft.internal.sched;

import dev.weft.internal.sched.queue.LatencyHistogram;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The machines of a scheduler, and the sums of the counters of those that have ended. A list linked
 * through the machines, so that a machine ends without memory.
 *
 * <p>The monitor is held only while the list is traversed, and never while other code runs.
 */
final class MachineList {
  private @Nullable Machine first;
  private final long[] endedCounts = new long[Counter.COUNT];
  private final long[] endedWaits = new long[LatencyHistogram.BUCKETS];

  /** A reading of the counters. */
  static final class Totals {
    /** By {@link Counter#ordinal}. */
    final long[] counts;

    /** Times from ready to running, as a {@link LatencyHistogram} counts them. */
    final long[] waits;

    /** The machines at the moment of the reading. */
    final List<Machine> alive;

    private Totals(long[] counts, long[] waits, List<Machine> alive) {
      this.counts = counts;
      this.waits = waits;
      this.alive = alive;
    }
  }

  synchronized void add(Machine machine) {
    machine.nextMachine = first;
    first = machine;
  }

  /** Removes a machine that ends, and keeps its counts. */
  synchronized void remove(Machine machine) {
    Machine before = null;
    for (Machine each = first; each != null; each = each.nextMachine) {
      if (each == machine) {
        if (before == null) {
          first = machine.nextMachine;
        } else {
          before.nextMachine = machine.nextMachine;
        }
        break;
      }
      before = each;
    }
    machine.counters.addTo(endedCounts, endedWaits);
  }

  synchronized List<Machine> all() {
    List<Machine> all = new ArrayList<>();
    for (Machine each = first; each != null; each = each.nextMachine) {
      all.add(each);
    }
    return all;
  }

  synchronized Totals totals() {
    long[] counts = endedCounts.clone();
    long[] waits = endedWaits.clone();
    List<Machine> alive = all();
    for (Machine machine : alive) {
      machine.counters.addTo(counts, waits);
    }
    return new Totals(counts, waits, alive);
  }

  /** Makes the JVM link what {@link #remove} calls, which takes memory at its first run. */
  synchronized void warmUp() {
    new Counters().addTo(endedCounts, endedWaits);
  }
}
