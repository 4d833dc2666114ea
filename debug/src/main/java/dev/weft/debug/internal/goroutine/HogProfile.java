package dev.weft.debug.internal.goroutine;

import dev.weft.Weft;
import dev.weft.debug.internal.pprof.Frame;
import dev.weft.debug.internal.pprof.Profile.ValueType;
import dev.weft.debug.internal.pprof.StackProfile;
import dev.weft.debug.internal.pprof.StackSums;
import dev.weft.internal.inspect.Inspection;
import dev.weft.internal.inspect.Stacks;
import dev.weft.internal.track.LongSlices;
import dev.weft.internal.track.MachineState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Profiles goroutines that run longer than a time slice: their stacks, and for how long.
 *
 * <p>sysmon reports machines that run one goroutine for too long, each slice once; machines in
 * slices that it reported before the profile are found by their counts of slices. During a long
 * slice the goroutine's stack is sampled at intervals, and each sample counts the time since the
 * one before. The machine's count of slices distinguishes one slice from the next.
 */
public final class HogProfile {
  private static final Duration INTERVAL = Duration.ofMillis(10);
  private static final ValueType SLICES = new ValueType("slices", "count");
  private static final ValueType TIME = new ValueType("time", "nanoseconds");

  private final Set<String> told = ConcurrentHashMap.newKeySet();

  /** The sampled machines, with their number of slices and the time of the last sample. */
  private final Map<String, Look> looks = new HashMap<>();

  private final StackSums sums;

  private record Look(long slice, long at) {}

  private HogProfile(Duration during) {
    sums = new StackSums("hog", SLICES, TIME, Instant.now(), during, 0);
  }

  /**
   * Samples for some time.
   *
   * @return null when another one is being taken
   */
  public static @Nullable StackProfile take(Duration during) throws InterruptedException {
    HogProfile profile = new HogProfile(during);
    Consumer<String> listener = profile.told::add;
    if (!LongSlices.listen(listener)) {
      return null;
    }
    try {
      long end = System.nanoTime() + during.toNanos();
      profile.addLongSlices();
      while (System.nanoTime() - end < 0) {
        Weft.sleep(INTERVAL);
        profile.look();
      }
      return profile.sums;
    } finally {
      LongSlices.forget(listener);
    }
  }

  /** Adds the machines that were in one slice for an interval, while it waits for that long. */
  private void addLongSlices() throws InterruptedException {
    Map<String, Long> before = slicesUnderWay();
    Weft.sleep(INTERVAL);
    slicesUnderWay()
        .forEach((machine, slice) -> {
          if (slice.equals(before.get(machine))) {
            told.add(machine);
          }
        });
  }

  private static Map<String, Long> slicesUnderWay() {
    Map<String, Long> slices = new HashMap<>();
    for (MachineState machine : Inspection.machines()) {
      if (machine.inGoroutine()) {
        slices.put(machine.name(), machine.slices());
      }
    }
    return slices;
  }

  private void look() {
    if (told.isEmpty()) {
      return;
    }
    long now = System.nanoTime();
    Map<String, Thread> carried = CarriedThreads.byMachine();
    for (MachineState machine : Inspection.machines()) {
      if (!told.contains(machine.name())) {
        continue;
      }
      Look last = looks.remove(machine.name());
      Thread thread = carried.get(machine.name());
      if (!machine.inGoroutine() || thread == null) {
        told.remove(machine.name());
      } else if (last == null || last.slice() == machine.slices()) {
        add(thread, last == null, last == null ? INTERVAL.toNanos() : now - last.at());
        looks.put(machine.name(), new Look(machine.slices(), now));
      } else {
        told.remove(machine.name()); // sysmon reports the machine again if this slice is long too
      }
    }
  }

  private void add(Thread thread, boolean isFirst, long nanos) {
    StackTraceElement[] frames = thread.getStackTrace();
    if (CarriedThreads.isInBlockingCall(frames)) {
      return;
    }
    List<Frame> stack = Stacks.trim(frames).stream().map(Frame::of).toList();
    sums.add(stack, isFirst ? 1 : 0, nanos);
  }
}
