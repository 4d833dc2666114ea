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
 * <p>The scheduler counts these times. At most twenty times a second, and only when asked, this
 * class takes the 99th percentile of the counts that were added since the last time. The JDK's
 * scheduler does not count them, so nothing is shed there.
 *
 * <p>Safe for use by any number of threads; never blocks.
 */
public final class LoadSignal {
  /** The kinds of work that can be shed, in the order in which they are. */
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

  /** The minimum number of waits in a period for a percentile to have a meaning. */
  private static final long MIN_WAITS = 100;

  private final @Nullable Duration threshold;
  private final Supplier<LatencyCounts> waits;
  private final LongSupplier clock;

  // Guarded by this; delay is also read without the lock.
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

  /** How often {@link #admits} refused inessential work. */
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
      return; // Another thread has computed it meanwhile.
    }
    LatencyCounts counts = waits.get();
    LatencyCounts recent = counts.since(last);
    delay = recent.total() < MIN_WAITS ? Duration.ZERO : recent.quantile(0.99);
    last = counts;
    lookedAt = now;
  }
}
