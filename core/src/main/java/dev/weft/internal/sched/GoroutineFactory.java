package dev.weft.internal.sched;

import dev.weft.internal.sys.Jdk;
import dev.weft.internal.track.RunTimes;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Creates goroutines on a {@link GmpScheduler}, and counts those created and finished: in the
 * counters of the current machine, or here on threads that are no machines.
 */
final class GoroutineFactory {
  private final GmpScheduler scheduler;
  private final ThreadFactory threads;
  private final LongAdder createdElsewhere = new LongAdder();
  private final LongAdder finishedElsewhere = new LongAdder();

  GoroutineFactory(GmpScheduler scheduler) {
    this.scheduler = scheduler;
    threads = Jdk.virtualThreadsOn(scheduler);
  }

  /**
   * Creates a goroutine and does not start it.
   *
   * @param times receives the run times; null for a goroutine that is not tracked
   */
  Thread newThread(Runnable body, @Nullable RunTimes times) {
    count(Counter.CREATED, createdElsewhere);
    Runnable counted =
        () -> {
          try {
            body.run();
          } finally {
            count(Counter.FINISHED, finishedElsewhere);
          }
        };
    if (times == null) {
      return threads.newThread(counted);
    }
    TimedGoroutine timed = new TimedGoroutine(scheduler, times);
    Thread thread = Jdk.virtualThreadOn(timed, counted);
    timed.startsAs(thread);
    return thread;
  }

  private void count(Counter counter, LongAdder elsewhere) {
    Machine machine = scheduler.currentMachine();
    if (machine != null) {
      machine.counters.increment(counter);
    } else {
      elsewhere.increment();
    }
  }

  long createdElsewhere() {
    return createdElsewhere.sum();
  }

  long finishedElsewhere() {
    return finishedElsewhere.sum();
  }
}
