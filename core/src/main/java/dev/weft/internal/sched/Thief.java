package dev.weft.internal.sched;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Steals work for a machine from other processors, in the order of what that costs them: half of a
 * queue, whose goroutines wait anyway; timers that are due; and only then the goroutine in {@code
 * next}, which shares cached data with the goroutine that woke it.
 *
 * <p>A searching machine is counted, and other threads then wake no machine for work that it will
 * find. The last machine to stop searching looks again for work queued meanwhile.
 */
final class Thief {
  /**
   * How long a goroutine must have waited in {@code next} before another processor may steal it.
   */
  private static final long NEXT_STALE_NANOS = TimeUnit.MICROSECONDS.toNanos(3);

  private final GmpScheduler scheduler;
  private final Counters counters;

  private boolean searching;

  /** The processor whose task is the reason for the search, if one is. */
  private @Nullable Processor origin;

  Thief(GmpScheduler scheduler, Counters counters) {
    this.scheduler = scheduler;
    this.counters = counters;
  }

  boolean isSearching() {
    return searching;
  }

  /**
   * Called when the machine was woken by a thread that has counted it as searching if {@code
   * toSearch}.
   */
  void wake(boolean toSearch, @Nullable Processor because) {
    searching = toSearch;
    origin = because;
  }

  /**
   * Returns a goroutine to run on {@code mine}, to whose queue it may add more; {@code null} also
   * when enough machines search already.
   */
  @Nullable Runnable search(Processor mine) {
    if (!searching) {
      int running = scheduler.processors.length - scheduler.idleProcessors.count();
      if (2 * scheduler.searchers.get() >= running) {
        return null;
      }
      scheduler.searchers.incrementAndGet();
      searching = true;
    }
    return steal(mine);
  }

  /** Stops searching; returns true when this machine was the last searcher. */
  boolean stop(boolean found) {
    searching = false;
    Processor reason = origin;
    origin = null;
    if (reason != null) {
      if (found) {
        reason.throttle.useful();
      } else {
        reason.throttle.inVain();
      }
    }
    return scheduler.searchers.decrementAndGet() == 0;
  }

  private @Nullable Runnable steal(Processor mine) {
    int count = scheduler.processors.length;
    int start = ThreadLocalRandom.current().nextInt(count);
    for (int i = 0; i < count; i++) {
      Processor victim = scheduler.processors[(start + i) % count];
      if (victim == mine) {
        continue;
      }
      Runnable task = victim.queue.stealHalf(mine.queue, scheduler.global);
      if (task == null && victim.timers.runDue() > 0) {
        task = mine.take(counters.waits, scheduler.global);
      }
      if (task != null) {
        counters.increment(Counter.STEALS);
        return task;
      }
    }
    for (int i = 0; i < count; i++) {
      Processor victim = scheduler.processors[(start + i) % count];
      Runnable task = victim == mine ? null : stealNext(victim);
      if (task != null) {
        counters.increment(Counter.STEALS);
        return task;
      }
    }
    return scheduler.global.grab(mine.queue, count);
  }

  /**
   * Takes the goroutine in {@code next} of {@code victim}, but only when the running goroutine does
   * not stop soon: otherwise two goroutines that alternate would be separated at each switch.
   */
  private static @Nullable Runnable stealNext(Processor victim) {
    Runnable task = victim.peekNext();
    Machine owner = victim.owner();
    if (task == null) {
      return null;
    }
    if (owner != null) {
      int seen = owner.slice();
      long begin = System.nanoTime();
      do {
        Thread.onSpinWait();
        if (victim.peekNext() != task || owner.slice() != seen) {
          return null;
        }
      } while (System.nanoTime() - begin < NEXT_STALE_NANOS);
    }
    return victim.stealNext(task) ? task : null;
  }
}
