package dev.weft.programs;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * Repeats a program's checks for a long time. What the process holds after the first rounds is the
 * baseline; the last rounds must leave no more.
 */
final class Soak {
  /** Classes, caches and pools of threads have their final size after these. */
  private static final int WARM_UP_ROUNDS = 5;

  private static final long REPORT_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Longer than any idle thread of the programs, the JDK and Weft is kept. */
  private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(90);

  /** What the collector and the compiler make of one and the same state differs by less. */
  private static final long HEAP_MARGIN = 4 << 20;

  /**
   * @param heap the bytes in use after a collection
   */
  private record Holdings(int threads, long descriptors, long heap) {
    static Holdings now() {
      System.gc();
      var memory = ManagementFactory.getMemoryMXBean();
      var system =
          (UnixOperatingSystemMXBean)
              ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
      return new Holdings(
          ManagementFactory.getThreadMXBean().getThreadCount(),
          system.getOpenFileDescriptorCount(),
          memory.getHeapMemoryUsage().getUsed());
    }

    Holdings max(Holdings other) {
      return new Holdings(
          Math.max(threads, other.threads),
          Math.max(descriptors, other.descriptors),
          Math.max(heap, other.heap));
    }

    boolean isWithin(Holdings baseline) {
      return threads <= baseline.threads
          && descriptors <= baseline.descriptors
          && heap <= baseline.heap + HEAP_MARGIN;
    }

    @Override
    public String toString() {
      return "%d platform threads, %d descriptors, %.1f MB of heap"
          .formatted(threads, descriptors, heap / 1e6);
    }
  }

  private final Program program;
  private final Report report = new Report();
  private int rounds;

  Soak(Program program) {
    this.program = program;
  }

  /** Returns whether every check passed in every round and nothing was left behind. */
  boolean run(long seconds) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    Holdings baseline = new Holdings(0, 0, 0);
    for (int i = 0; i < WARM_UP_ROUNDS; i++) {
      round();
      baseline = baseline.max(Holdings.now());
    }
    tell("baseline", baseline);
    for (long next = System.nanoTime(); System.nanoTime() < end && report.failures() == 0; ) {
      round();
      if (System.nanoTime() >= next) {
        next = System.nanoTime() + REPORT_NANOS;
        tell("holds", Holdings.now());
      }
    }
    Holdings last = settle(baseline);
    boolean clean = last.isWithin(baseline);
    tell(clean ? "ends, nothing left, with" : "FAILED: left behind, beyond the baseline,", last);
    return clean && report.failures() == 0;
  }

  private void round() throws Exception {
    rounds++;
    program.check(report);
  }

  private static Holdings settle(Holdings baseline) throws InterruptedException {
    long end = System.nanoTime() + SETTLE_NANOS;
    while (true) {
      Holdings now = Holdings.now();
      if (now.isWithin(baseline) || System.nanoTime() >= end) {
        return now;
      }
      Thread.sleep(500);
    }
  }

  private void tell(String what, Holdings holdings) {
    System.out.println("round " + rounds + ": " + what + " " + holdings);
  }
}
