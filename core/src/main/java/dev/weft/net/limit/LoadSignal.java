package dev.weft.net.limit;

import dev.weft.Weft;
import dev.weft.stats.LatencyCounts;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Detects overload by the time that goroutines wait between becoming ready and running, which grows
 * first under overload.
 *
 * <p>The scheduler counts those times anyway. This compares its counts with those of the last look,
 * at most twenty times a second and only when asked, and takes the 99th percentile. On the JDK's
 * scheduler, which does not tell, nothing is ever shed.
 *
 * <p>Safe for use by any number of threads; never blocks.
 */
public final class LoadSignal {
  /** What to give up first. */
  public enum Work {
    /** Shed above the threshold: what users miss least, such as prefetching or statistics. */
    INESSENTIAL(1),
    /** Shed above twice the threshold: new connections. */
    NEW_CONNECTION(2);

    private final int factor;

    Work(int factor) {
      this.factor = factor;
    }
  }

  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Fewer waits than that in a period say nothing about a percentile. */
  private static final long MIN_WAITS = 100;

  private final @Nullable Duration threshold;
  private final Supplier<LatencyCounts> waits;
  private final LongSupplier clock;

  // Guarded by this, but for delay, which is also read without.
  private LatencyCounts last;
  private long lookedAt;
  private volatile Duration delay = Duration.ZERO;

  private final LongAdder shed = new LongAdder();

  LoadSignal(@Nullable Duration threshold) {
    this(threshold, () -> Weft.stats().readyToRunning(), System::nanoTime);
  }

  LoadSignal(@Nullable Duration threshold, Supplier<LatencyCounts> waits, LongSupplier clock) {
    this.threshold = threshold;
    this.waits = waits;
    this.clock = clock;
    last = waits.get();
    lookedAt = clock.getAsLong();
  }

  /** Reports whether work of that kind is to be done now; false means that it is to be shed. */
  public boolean admits(Work work) {
    Duration limit = threshold;
    if (limit == null || readyToRunning().compareTo(limit.multipliedBy(work.factor)) <= 0) {
      return true;
    }
    if (work == Work.INESSENTIAL) {
      shed.increment();
    }
    return false;
  }

  /** How often inessential work was to be shed. */
  long shed() {
    return shed.sum();
  }

  /** The 99th percentile of the time from ready to running, at most twice the true value. */
  public Duration readyToRunning() {
    if (clock.getAsLong() - lookedAt >= PERIOD_NANOS) {
      look();
    }
    return delay;
  }

  private synchronized void look() {
    long now = clock.getAsLong();
    if (now - lookedAt < PERIOD_NANOS) {
      return; // Another thread was faster.
    }
    LatencyCounts counts = waits.get();
    LatencyCounts recent = counts.since(last);
    delay = recent.total() < MIN_WAITS ? Duration.ZERO : recent.quantile(0.99);
    last = counts;
    lookedAt = now;
  }
}
