package dev.weft.internal.sched;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a machine takes goroutines from processors other than its own. In the order of what it costs
 * the robbed: half of a queue, whose goroutines wait anyway; timers that are due; and only then the
 * goroutine that was to run next, which shares what is in the cache with its waker.
 *
 * <p>While it searches it counts among the scheduler's searchers, and so keeps others from being
 * woken for work that it will find. The last machine to stop searching looks again for those.
 */
final class Thief {
  /**
   * How long a goroutine just woken must have waited before another processor takes it from its
   * waker.
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

  /** The machine was woken by a thread that has counted it as searching if it is to search. */
  void wake(boolean toSearch, @Nullable Processor because) {
    searching = toSearch;
    origin = because;
  }

  /**
   * A goroutine to run on {@code mine}, whose queue may get more of them; {@code null} also when
   * enough others search already.
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

  /** True when the machine was the last to search. */
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
   * Takes the goroutine that {@code victim} is to run next, but only when its waker does not seem
   * to stop: otherwise a pair that talks to each other would be torn apart at every word.
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
