package dev.weft.debug.internal.goroutine;

import dev.weft.Weft;
import dev.weft.debug.internal.pprof.Frame;
import dev.weft.debug.internal.pprof.Profile.ValueType;
import dev.weft.debug.internal.pprof.StackProfile;
import dev.weft.debug.internal.pprof.StackSums;
import dev.weft.internal.inspect.Stacks;
import dev.weft.internal.inspect.WaitReasons;
import dev.weft.internal.track.Waits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * How long goroutines were blocked, or ready without running, by the stack of the wait.
 *
 * <p>For the waits that a {@link WaitSampler} picks, the machine that is about to run the goroutine
 * again records its stack. A machine must not wait for a lock, so it adds the record to a lock-free
 * queue, which the goroutine that takes the profile empties.
 */
public final class WaitProfile {
  /** Which part of a wait is profiled. */
  public enum Kind {
    /** From the end of a slice until the goroutine is ready. */
    BLOCK("block", "contentions"),
    /** From there until it runs. */
    SCHED("sched", "waits");

    private final String page;
    private final String count;

    Kind(String page, String count) {
      this.page = page;
      this.count = count;
    }
  }

  private static final Duration DRAIN_INTERVAL = Duration.ofMillis(100);

  /** The stack of a goroutine that has not run yet. */
  private static final List<StackTraceElement> NOT_BEGUN =
      List.of(new StackTraceElement("dev.weft.Weft", "go", "Weft.java", -1));

  private static final ValueType DELAY = new ValueType("delay", "nanoseconds");

  private record Sample(String reason, List<StackTraceElement> stack, long nanos, double weight) {}

  private final Kind kind;
  private final WaitSampler sampler = new WaitSampler(System.nanoTime());
  private final Queue<Sample> found = new ConcurrentLinkedQueue<>();
  private final StackSums sums;

  private WaitProfile(Kind kind, Duration during) {
    this.kind = kind;
    sums =
        new StackSums(
            kind.page, new ValueType(kind.count, "count"), DELAY, Instant.now(), during, 0);
  }

  /**
   * Profiles for some time: the waits of tracked goroutines on Weft's own scheduler that end in
   * this time.
   *
   * @return null when another profile of waits is being taken
   */
  public static @Nullable StackProfile take(Kind kind, Duration during)
      throws InterruptedException {
    WaitProfile profile = new WaitProfile(kind, during);
    Waits.Listener listener = profile::ended;
    // Links the code that machines will run: they must not wait for the initialization of a
    // class that a goroutine has begun.
    profile.keep(Thread.currentThread(), 0, 0);
    profile.drain();
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
    return profile.sums;
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
    found.add(
        new Sample(reason, stack.length == 0 ? NOT_BEGUN : Stacks.trim(stack), nanos, weight));
  }

  private void drain() {
    for (Sample each; (each = found.poll()) != null; ) {
      if (each.weight > 0) {
        List<Frame> stack = each.stack.stream().map(Frame::of).toList();
        sums.addWait(stack, each.reason, each.weight, each.weight * each.nanos);
      }
    }
  }
}
