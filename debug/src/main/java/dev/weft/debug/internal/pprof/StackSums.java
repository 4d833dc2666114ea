package dev.weft.debug.internal.pprof;

import dev.weft.debug.internal.pprof.Profile.ValueType;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A profile with two values for each stack, summed over its samples: how many there were, and their
 * size in bytes or nanoseconds. Not safe for use by several threads.
 */
public final class StackSums implements StackProfile {
  private static final class Sums {
    private long count;
    private long size;
  }

  private final String name;
  private final ValueType count;
  private final ValueType size;
  private final Instant from;
  private final Duration during;
  private final long period;
  private final Map<List<Frame>, Sums> stacks = new HashMap<>();

  /**
   * @param name as its page is called, such as "heap"
   * @param period the distance between two samples, in units of the size; 0 if there is none
   */
  public StackSums(
      String name, ValueType count, ValueType size, Instant from, Duration during, long period) {
    this.name = name;
    this.count = count;
    this.size = size;
    this.from = from;
    this.during = during;
    this.period = period;
  }

  /**
   * Adds to the sums of a stack.
   *
   * @param stack innermost frame first
   */
  public void add(List<Frame> stack, long moreCount, long moreSize) {
    Sums sums = stacks.computeIfAbsent(stack, _ -> new Sums());
    sums.count += moreCount;
    sums.size += moreSize;
  }

  @Override
  public byte[] toGzip() {
    Profile profile = new Profile(List.of(count, size)).taken(from, during);
    if (period != 0) {
      profile.period(size, period);
    }
    stacks.forEach((stack, sums) -> profile.sample(stack, Map.of(), sums.count, sums.size));
    return profile.toGzip();
  }

  @Override
  public void writeText(Appendable out) throws IOException {
    Sums total = new Sums();
    for (Sums each : stacks.values()) {
      total.count += each.count;
      total.size += each.size;
    }
    out.append(name).append(" profile: total ");
    append(total, out);
    out.append(" in ").append(String.valueOf(during.toMillis())).append(" ms\n");
    List<Map.Entry<List<Frame>, Sums>> bySize =
        stacks.entrySet().stream()
            .sorted(
                Comparator.<Map.Entry<List<Frame>, Sums>>comparingLong(each -> each.getValue().size)
                    .reversed())
            .toList();
    for (Map.Entry<List<Frame>, Sums> each : bySize) {
      append(each.getValue(), out);
      out.append(" @\n");
      for (Frame frame : each.getKey()) {
        out.append("#\t").append(frame.text()).append("\n");
      }
      out.append("\n");
    }
  }

  private void append(Sums sums, Appendable out) throws IOException {
    out.append(String.valueOf(sums.count)).append(" ").append(count.type()).append(", ");
    if (size.unit().equals("nanoseconds")) {
      out.append(String.valueOf(TimeUnit.NANOSECONDS.toMicros(sums.size))).append(" us");
    } else {
      out.append(String.valueOf(sums.size)).append(" ").append(size.unit());
    }
  }
}
