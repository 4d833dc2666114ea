package dev.weft.debug.internal.goroutine;

import dev.weft.Weft;
import dev.weft.debug.internal.pprof.Frame;
import dev.weft.debug.internal.pprof.Profile;
import dev.weft.debug.internal.pprof.Profile.ValueType;
import dev.weft.debug.internal.pprof.StackProfile;
import dev.weft.internal.inspect.Stacks;
import dev.weft.internal.inspect.WaitReasons;
import dev.weft.internal.track.Waits;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long goroutines were blocked, or ready without running, by the stack of the wait.
 *
 * <p>For the waits that a {@link WaitSampler} picks, the machine that is about to run the goroutine
 * again records its stack. A machine must not wait for a lock, so it adds the record to a lock-free
 * queue, which the goroutine that takes the profile empties.
 */
public final class WaitProfile implements StackProfile {
  /** Which part of a wait is profiled. */
  public enum Kind {
    /** From the end of a slice until the goroutine is ready. */
    BLOCK("contentions"),
    /** From there until it runs. */
    SCHED("waits");

    private final String count;

    Kind(String count) {
      this.count = count;
    }
  }

  private static final Duration DRAIN_INTERVAL = Duration.ofMillis(100);

  /** The stack of a goroutine that has not run yet. */
  private static final List<StackTraceElement> NOT_BEGUN =
      List.of(new StackTraceElement("dev.weft.Weft", "go", "Weft.java", -1));

  private record Key(String reason, List<StackTraceElement> stack) {}

  private record Sample(Key key, long nanos, double weight) {}

  private static final class Sums {
    private double count;
    private double nanos;

    private void add(Sample sample) {
      count += sample.weight;
      nanos += sample.weight * sample.nanos;
    }
  }

  private final Kind kind;
  private final Instant from = Instant.now();
  private final Duration during;
  private final WaitSampler sampler = new WaitSampler(System.nanoTime());
  private final Queue<Sample> found = new ConcurrentLinkedQueue<>();
  private final Map<Key, Sums> sums = new HashMap<>();

  private WaitProfile(Kind kind, Duration during) {
    this.kind = kind;
    this.during = during;
  }

  /**
   * Profiles for some time: the waits of tracked goroutines on Weft's own scheduler that end in
   * this time.
   *
   * @return null when another profile of waits is being taken
   */
  public static @Nullable WaitProfile take(Kind kind, Duration during) throws InterruptedException {
    WaitProfile profile = new WaitProfile(kind, during);
    Waits.Listener listener = profile::ended;
    // Links the code that machines will run: they must not wait for the initialization of a
    // class that a goroutine has begun.
    profile.keep(Thread.currentThread(), 0, 0);
    profile.drain();
    profile.sums.clear();
    if (!Waits.listen(listener)) {
      return null;
    }
    try {
      long end = System.nanoTime() + during.toNanos();
      for (long left; (left = end - System.nanoTime()) > 0; ) {
        Weft.sleep(Duration.ofNanos(Math.min(left, DRAIN_INTERVAL.toNanos())));
        profile.drain();
      }
    } finally {
      Waits.forget(listener);
    }
    profile.drain();
    return profile;
  }

  /** Called by machines. */
  private void ended(Thread thread, long blockedNanos, long readyNanos) {
    long nanos = kind == Kind.BLOCK ? blockedNanos : readyNanos;
    double weight = sampler.weigh(nanos, System.nanoTime());
    if (weight > 0) {
      keep(thread, nanos, weight);
    }
  }

  private void keep(Thread thread, long nanos, double weight) {
    StackTraceElement[] stack = thread.getStackTrace();
    String reason = WaitReasons.kind(WaitReasons.ofReady(thread, stack));
    Key key = new Key(reason, stack.length == 0 ? NOT_BEGUN : Stacks.trim(stack));
    found.add(new Sample(key, nanos, weight));
  }

  private void drain() {
    for (Sample sample; (sample = found.poll()) != null; ) {
      sums.computeIfAbsent(sample.key, _ -> new Sums()).add(sample);
    }
  }

  /** The kind of wait is a label. */
  @Override
  public byte[] toGzip() {
    Profile profile =
        new Profile(
                List.of(new ValueType(kind.count, "count"), new ValueType("delay", "nanoseconds")))
            .taken(from, during);
    for (Map.Entry<Key, Sums> each : bySize()) {
      profile.sample(
          each.getKey().stack.stream().map(Frame::of).toList(),
          Map.of("wait", each.getKey().reason),
          Math.round(each.getValue().count),
          Math.round(each.getValue().nanos));
    }
    return profile.toGzip();
  }

  @Override
  public void writeText(Appendable out) throws IOException {
    double count = sums.values().stream().mapToDouble(each -> each.count).sum();
    double nanos = sums.values().stream().mapToDouble(each -> each.nanos).sum();
    out.append(kind == Kind.BLOCK ? "block" : "sched").append(" profile: total ");
    append(count, nanos, out);
    out.append(" in ").append(String.valueOf(during.toMillis())).append(" ms\n");
    for (Map.Entry<Key, Sums> each : bySize()) {
      append(each.getValue().count, each.getValue().nanos, out);
      out.append(" @ ").append(each.getKey().reason).append("\n");
      GoroutineText.stack(each.getKey().stack, out);
      out.append("\n");
    }
  }

  private List<Map.Entry<Key, Sums>> bySize() {
    List<Map.Entry<Key, Sums>> all = new ArrayList<>(sums.entrySet());
    all.sort(
        Comparator.<Map.Entry<Key, Sums>>comparingDouble(each -> each.getValue().nanos).reversed());
    return all;
  }

  private static void append(double count, double nanos, Appendable out) throws IOException {
    out.append(String.valueOf(Math.round(count))).append(" waits, ");
    out.append(String.valueOf(TimeUnit.NANOSECONDS.toMicros(Math.round(nanos)))).append(" us");
  }
}
