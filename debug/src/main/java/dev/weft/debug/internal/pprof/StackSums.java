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
 * size in bytes or nanoseconds. Samples may also have a kind of wait, by which they are told apart.
 * Not safe for use by several threads.
 */
public final class StackSums implements StackProfile {
  /** The kind of a sample that is no wait. */
  private static final String NO_WAIT = "";

  private record Key(List<Frame> stack, String reason) {}

  private static final class Sums {
    private double count;
    private double size;

    private void add(double moreCount, double moreSize) {
      count += moreCount;
      size += moreSize;
    }
  }

  private final String name;
  private final ValueType count;
  private final ValueType size;
  private final Instant from;
  private final Duration during;
  private final long period;
  private final Map<Key, Sums> stacks = new HashMap<>();

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
    addWait(stack, NO_WAIT, (double) moreCount, (double) moreSize);
  }

  /**
   * Adds to the sums of a stack and a kind of wait, which is a label of the sample. Weighted
   * samples have values that are not whole.
   *
   * @param stack innermost frame first
   */
  public void addWait(List<Frame> stack, String wait, double moreCount, double moreSize) {
    stacks.computeIfAbsent(new Key(stack, wait), _ -> new Sums()).add(moreCount, moreSize);
  }

  @Override
  public byte[] toGzip() {
    Profile profile = new Profile(List.of(count, size)).taken(from, during);
    if (period != 0) {
      profile.period(size, period);
    }
    for (Map.Entry<Key, Sums> each : bySize()) {
      String wait = each.getKey().reason;
      profile.sample(
          each.getKey().stack,
          wait.equals(NO_WAIT) ? Map.of() : Map.of("wait", wait),
          Math.round(each.getValue().count),
          Math.round(each.getValue().size));
    }
    return profile.toGzip();
  }

  @Override
  public void writeText(Appendable out) throws IOException {
    Sums total = new Sums();
    stacks.values().forEach(each -> total.add(each.count, each.size));
    out.append(name).append(" profile: total ");
    append(total, out);
    out.append(" in ").append(String.valueOf(during.toMillis())).append(" ms\n");
    for (Map.Entry<Key, Sums> each : bySize()) {
      append(each.getValue(), out);
      String wait = each.getKey().reason;
      out.append(wait.equals(NO_WAIT) ? " @" : " @ ").append(wait).append("\n");
      for (Frame frame : each.getKey().stack) {
        out.append("#\t").append(frame.text()).append("\n");
      }
      out.append("\n");
    }
  }

  private List<Map.Entry<Key, Sums>> bySize() {
    return stacks.entrySet().stream()
        .sorted(
            Comparator.<Map.Entry<Key, Sums>>comparingDouble(each -> each.getValue().size)
                .reversed())
        .toList();
  }

  private void append(Sums sums, Appendable out) throws IOException {
    out.append(String.valueOf(Math.round(sums.count))).append(" ").append(count.type());
    long rounded = Math.round(sums.size);
    if (size.unit().equals("nanoseconds")) {
      out.append(", ").append(String.valueOf(TimeUnit.NANOSECONDS.toMicros(rounded))).append(" us");
    } else {
      out.append(", ").append(String.valueOf(rounded)).append(" ").append(size.unit());
    }
  }
}
