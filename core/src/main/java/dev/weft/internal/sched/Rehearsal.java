package dev.weft.internal.sched;

import dev.weft.internal.track.RunTimes;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes the JVM load and link the scheduler's code at start-up. A call's first run takes memory,
 * and this code must also work while the heap is full: a class whose initialization fails cannot be
 * used any more.
 */
final class Rehearsal {
  private static final long FIRST_MACHINE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long FIRST_MACHINE_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  /** So many that the heap's array grows, and shrinks again. */
  private static final int TIMERS = 20;

  private Rehearsal() {}

  /** Runs the code that moves tasks and ends machines, before there are any. */
  static void moveTasks(GmpScheduler scheduler) {
    FailureLog.prepare();
    moveTimers();
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
    scheduler.machines.rehearse();
    global.rehearse();
    new TimedGoroutine(scheduler, new RunTimes()).rehearse();
    while (global.poll() != null) {
      // until the initial state is restored
    }
  }

  /**
   * Runs the code that arms, moves, fires and cancels timers. A failure half-way would leave the
   * heap in disorder, or lose the timer that was about to fire.
   */
  static void moveTimers() {
    TimerHeap heap = new TimerHeap(when -> {});
    long now = System.nanoTime();
    Timer[] timers = new Timer[TIMERS];
    for (int i = 0; i < TIMERS; i++) {
      timers[i] = new Rehearsed(heap);
      timers[i].reserve();
      timers[i].arm(now + TimeUnit.HOURS.toNanos(TIMERS - i));
    }
    timers[TIMERS - 1].arm(now + TimeUnit.HOURS.toNanos(TIMERS + 1)); // to the end
    timers[0].armNoLaterThan(now); // to the beginning
    heap.runDue();
    for (Timer timer : timers) {
      timer.cancel();
    }
  }

  private static final class Rehearsed extends Timer {
    Rehearsed(TimerHeap heap) {
      super(heap, true);
    }

    @Override
    protected void fire() {
      arm(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
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
