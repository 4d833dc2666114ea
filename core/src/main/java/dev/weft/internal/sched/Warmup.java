package dev.weft.internal.sched;

import dev.weft.internal.sched.queue.GlobalQueue;
import dev.weft.internal.sched.queue.LatencyHistogram;
import dev.weft.internal.sched.queue.RunQueue;
import dev.weft.internal.sync.FailureLog;
import dev.weft.internal.timer.TimerWarmup;
import dev.weft.internal.track.RunTimes;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes the JVM load and link the scheduler's code at start-up. A call's first run takes memory,
 * and this code must also work while the heap is full: a class whose initialization fails cannot be
 * used any more.
 */
final class Warmup {
  private static final long FIRST_MACHINE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long FIRST_MACHINE_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  private Warmup() {}

  /** Runs the code that moves tasks and ends machines, before there are any. */
  static void moveTasks(GmpScheduler scheduler) {
    FailureLog.prepare();
    TimerWarmup.moveTimers();
    GlobalQueue global = scheduler.global;
    Runnable task = () -> {};
    Processor processor = scheduler.processors[0];
    LatencyHistogram uncounted = new LatencyHistogram();
    for (int i = 0; i < 4; i++) {
      processor.readyNext(task, global);
    }
    processor.take(uncounted, global);
    processor.take(uncounted, global);
    processor.queue.stealHalf(new RunQueue(), global);
    processor.readyNext(task, global);
    processor.stealNext(task);
    processor.readyNext(task, global);
    processor.drainTo(global);
    scheduler.machines.warmUp();
    global.warmUp();
    new TimedGoroutine(scheduler, new RunTimes()).warmUp();
    while (global.poll() != null) {
      // until the initial state is restored
    }
  }

  /**
   * Waits until a machine has run a task and waits for events, unless the system refuses to start
   * its thread. The code that every machine runs is then loaded and linked before goroutines can
   * fill the heap.
   */
  static void awaitFirstMachine(GmpScheduler scheduler) {
    AtomicBoolean ran = new AtomicBoolean();
    scheduler.execute(() -> ran.set(true));
    long begin = System.nanoTime();
    while (!(ran.get() && scheduler.pollers.isWatched())
        && !scheduler.starter.isRefused()
        && System.nanoTime() - begin < FIRST_MACHINE_NANOS) {
      LockSupport.parkNanos(FIRST_MACHINE_PAUSE_NANOS);
    }
  }
}
