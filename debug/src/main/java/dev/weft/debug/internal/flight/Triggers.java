package dev.weft.debug.internal.flight;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.weft.Weft;
import dev.weft.debug.internal.goroutine.CarriedThreads;
import dev.weft.debug.internal.leak.LeakWatch;
import dev.weft.internal.inspect.Inspection;
import dev.weft.internal.inspect.Stacks;
import dev.weft.internal.track.MachineState;
import dev.weft.stats.LatencyCounts;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The conditions under which a recording is written. Each check compares the program with the
 * previous one. Not safe for use by several threads.
 */
public final class Triggers {
  /** The minimum number of sampled waits for a meaningful 99th percentile. */
  private static final long ENOUGH = 20;

  private final @Nullable Duration waits;
  private final @Nullable Duration hog;
  private final double descriptors;
  private final boolean leaks;

  /** How many leaks were found at the last look. */
  private int leaksFound = LeakWatch.found();

  /** How many of them a recording was written for, or were found before this was made. */
  private int leaksWritten = leaksFound;

  private LatencyCounts counted = Weft.stats().readyToRunning();

  private record Slice(long number, long since) {}

  private Map<String, Slice> slices = Map.of();

  /**
   * Creates triggers.
   *
   * @param waits the longest 99th percentile of times from ready to running; null for any
   * @param hog the longest time that a goroutine may keep a machine; null for any
   * @param descriptors the largest share of the process's file descriptors that may be open
   * @param leaks whether a goroutine that nothing can wake is one
   */
  public Triggers(
      @Nullable Duration waits, @Nullable Duration hog, double descriptors, boolean leaks) {
    this.waits = waits;
    this.hog = hog;
    this.descriptors = descriptors;
    this.leaks = leaks;
  }

  /**
   * A condition that holds.
   *
   * @param reason the same in words, with figures
   */
  public record Finding(Cause cause, String reason) {}

  /** To be called when the recording is written: a leak is a reason for one only. */
  public void written(Finding finding) {
    if (finding.cause() == Cause.LEAK) {
      leaksWritten = leaksFound;
    }
  }

  /** Returns why a recording is to be written; null when no condition holds. */
  public @Nullable Finding look() {
    Finding found = found(Cause.HOG, hog == null ? null : hogLongerThan(hog));
    if (found == null) {
      found = found(Cause.WAITS, waits == null ? null : waitsLongerThan(waits));
    }
    if (found == null) {
      found = found(Cause.LEAK, leaks ? moreLeaks() : null);
    }
    return found == null ? found(Cause.DESCRIPTORS, tooManyDescriptors()) : found;
  }

  private static @Nullable Finding found(Cause cause, @Nullable String reason) {
    return reason == null ? null : new Finding(cause, reason);
  }

  private @Nullable String moreLeaks() {
    leaksFound = LeakWatch.found();
    int more = leaksFound - leaksWritten;
    return more > 0 ? more + " goroutines leaked: see goroutineleak" : null;
  }

  private @Nullable String waitsLongerThan(Duration limit) {
    LatencyCounts all = Weft.stats().readyToRunning();
    LatencyCounts recent = all.since(counted);
    if (recent.total() < ENOUGH) {
      return null; // counted together with those of the next check
    }
    counted = all;
    // The quantile is an upper bound, at most twice the value.
    Duration p99 = recent.quantile(0.99).dividedBy(2);
    return p99.compareTo(limit) > 0 ? "goroutines wait " + p99.toMillis() + " ms to run" : null;
  }

  private @Nullable String hogLongerThan(Duration limit) {
    long now = System.nanoTime();
    Map<String, Slice> next = new HashMap<>();
    String reason = null;
    for (MachineState machine : Inspection.machines()) {
      if (!machine.inGoroutine()) {
        continue;
      }
      Slice last = slices.get(machine.name());
      Slice slice =
          last != null && last.number() == machine.slices()
              ? last
              : new Slice(machine.slices(), now);
      next.put(machine.name(), slice);
      if (now - slice.since() > limit.toNanos()) {
        String place = place(machine.name());
        reason = place == null ? reason : "a goroutine keeps " + machine.name() + " at " + place;
      }
    }
    slices = next;
    return reason;
  }

  /** Returns where the goroutine on a machine is; null when it is in a call known to block. */
  private static @Nullable String place(String machine) {
    Thread thread = CarriedThreads.byMachine().get(machine);
    if (thread == null) {
      return null;
    }
    StackTraceElement[] stack = thread.getStackTrace();
    if (CarriedThreads.isInBlockingCall(stack)) {
      return null;
    }
    return stack.length == 0 ? null : Stacks.trim(stack).getFirst().toString();
  }

  private @Nullable String tooManyDescriptors() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        && unix.getOpenFileDescriptorCount() > descriptors * unix.getMaxFileDescriptorCount()) {
      return unix.getOpenFileDescriptorCount() + " file descriptors are open";
    }
    return null;
  }
}
