package dev.weft.debug.internal.dash;

import dev.weft.debug.internal.goroutine.CarriedThreads;
import dev.weft.internal.inspect.Inspection;
import dev.weft.internal.inspect.Stacks;
import dev.weft.internal.track.MachineState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Finds goroutines that keep a machine: those in the same slice at two samples, a tenth of a
 * second, ten time slices, apart. One that used little CPU time between them was blocked in the
 * kernel, or the system ran other threads. Those in {@link dev.weft.Weft#blocking} do not count,
 * since they have given their processor up. Not safe for use by several threads.
 */
final class Hogs {
  private static final int MAX_SHOWN = 20;

  /** After a stall, samples may follow each other too closely to be compared. */
  private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(50);

  private record Look(long slice, long at, long cpuNanos) {}

  /** The slices that are under way, by machine. */
  private Map<String, Look> looks = Map.of();

  private final List<Map<String, Object>> found = new ArrayList<>();

  void look() {
    long now = System.nanoTime();
    Map<String, Look> next = new HashMap<>();
    Map<String, Thread> carried = null;
    for (MachineState machine : Inspection.machines()) {
      if (!machine.inGoroutine()) {
        continue;
      }
      next.put(machine.name(), new Look(machine.slices(), now, machine.cpuNanos()));
      Look last = looks.get(machine.name());
      if (last != null
          && last.slice() == machine.slices()
          && now - last.at() >= SHORTEST
          && found.size() < MAX_SHOWN) {
        carried = carried == null ? CarriedThreads.byMachine() : carried;
        Thread thread = carried.get(machine.name());
        if (thread != null && thread != Thread.currentThread()) {
          add(machine, thread, now - last.at(), machine.cpuNanos() - last.cpuNanos());
        }
      }
    }
    looks = next;
  }

  private void add(MachineState machine, Thread thread, long nanos, long cpuNanos) {
    StackTraceElement[] stack = thread.getStackTrace();
    if (CarriedThreads.isInBlockingCall(stack)) {
      return;
    }
    Map<String, Object> hog = new LinkedHashMap<>();
    hog.put("machine", machine.name());
    hog.put("goroutine", thread.threadId());
    hog.put("nanos", nanos);
    hog.put("cpuNanos", cpuNanos);
    List<StackTraceElement> trimmed = Stacks.trim(stack);
    hog.put("at", GoroutineFigures.at(trimmed));
    hog.put("stack", GoroutineFigures.lines(trimmed));
    found.add(hog);
  }

  /** Returns what was found since the last call, each time slice as often as it was seen. */
  List<Map<String, Object>> read() {
    List<Map<String, Object>> all = List.copyOf(found);
    found.clear();
    return all;
  }
}
