package dev.weft.internal.sched;

import dev.weft.internal.sched.queue.RunQueue;
import dev.weft.internal.sync.FailureLog;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds the next goroutine for a machine to run, as {@code findRunnable} does in Go: on its
 * processor, in the global queue, from timers and the poller, and at last on other processors. Used
 * by the machine's own thread.
 */
final class TaskFinder {
  static {
    FailureLog.resolve(Throwable.class);
  }

  private static final String POLL_FAILED = FailureLog.message("polling without waiting failed");

  /** As in Go: a prime, so that it does not synchronize with patterns of the program. */
  private static final int FAIRNESS_ROUNDS = 61;

  /**
   * Reading the clock for timers costs a sixth of a switch, so it is read once in this many rounds.
   */
  private static final int TIMER_ROUNDS_MASK = 15;

  /** The interval at which the network is polled while the queues have goroutines. */
  private static final long POLL_INTERVAL_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  private final Machine machine;
  private final GmpScheduler scheduler;
  private final Counters counters;
  private final Thief thief;
  private final HelpPolicy help;

  private int rounds;

  /** Whether the global queue has every second turn in place of its own, until the next check. */
  private boolean takesTurns;

  private boolean globalTurn;

  /** The round in which it last polled the processor's own poller. */
  private int roundsAtReap;

  TaskFinder(Machine machine, Thief thief, HelpPolicy help) {
    this.machine = machine;
    this.thief = thief;
    this.help = help;
    scheduler = machine.scheduler;
    counters = machine.counters;
  }

  /** Returns a task to run on {@code mine} without waiting; {@code null} if there is none. */
  @Nullable Runnable find(Processor mine) {
    rounds++;
    if (rounds % FAIRNESS_ROUNDS == 0) {
      Runnable task = fairnessCheck(mine);
      if (task != null) {
        return task;
      }
    }
    if ((rounds & TIMER_ROUNDS_MASK) == 0) {
      mine.timers.runDue();
      if (mine.claim.poller.hasFullBatch()) {
        submitAndReap(mine);
      }
    }
    Runnable task = mine.takeNext(scheduler.global);
    if (task != null) {
      return task;
    }
    if (takesTurns) {
      globalTurn = !globalTurn;
      task = globalTurn ? scheduler.global.poll() : null;
      if (task != null) {
        return task;
      }
    }
    task = mine.queue.poll(counters.waits);
    if (task != null) {
      return task;
    }
    task = scheduler.global.grab(mine.queue, scheduler.processors.length);
    if (task != null) {
      return task;
    }
    if (mine.timers.runDue() > 0) {
      task = mine.take(counters.waits, scheduler.global);
      if (task != null) {
        return task;
      }
    }
    help.endRound();
    if (mine.claim.isHeldBy(machine) && submitAndReap(mine) > 0) {
      task = mine.take(counters.waits, scheduler.global);
      if (task != null) {
        return task;
      }
    }
    if (scheduler.idleProcessors.count() >= scheduler.processors.length - 1) {
      // No other processor is busy, so there is nothing to steal: wait in the poller without
      // polling it first.
      return null;
    }
    if (pollBriefly(mine)) {
      task = mine.take(counters.waits, scheduler.global);
      if (task != null) {
        return task;
      }
    }
    return thief.search(mine);
  }

  /**
   * From time to time takes work from the queues that a never empty local queue would starve: the
   * global queue, and the network. A batch of the former, and first: the network alone can keep the
   * local queue full, and one task a check (as in Go, which asks the network only when all queues
   * are empty) would let those in the global queue wait sixty times as long as others. The
   * processor's own poller, which no other thread polls while this machine holds it, is polled
   * unless a round has ended since the last check.
   *
   * <p>While the local queue is full of goroutines that keep making each other ready, there is no
   * room for a batch. The global queue then has every second turn of the local one instead, until
   * the next check. A goroutine that was woken by the last one still runs before both: a task of
   * the global queue that wakes another goroutine would send it behind all that are ready.
   */
  private @Nullable Runnable fairnessCheck(Processor mine) {
    Runnable task = scheduler.global.grab(mine.queue, scheduler.processors.length);
    takesTurns = task != null && room(mine) == 0;
    try {
      if (rounds - roundsAtReap >= FAIRNESS_ROUNDS && mine.claim.isHeldBy(machine)) {
        submitAndReap(mine);
      }
      if (System.nanoTime() - scheduler.pollers.lastPoll() > POLL_INTERVAL_NANOS) {
        pollBriefly(mine);
      }
    } catch (Throwable e) {
      // The task is taken from its queue, and would be lost.
      FailureLog.write(POLL_FAILED, e);
    }
    return task;
  }

  /**
   * Returns how many events to collect: at most as many as the run queue has room for, because
   * tasks that overflow into the global queue would run after those of later events.
   */
  private static int room(Processor mine) {
    return RunQueue.CAPACITY - mine.queue.size();
  }

  private int submitAndReap(Processor mine) {
    roundsAtReap = rounds;
    mine.claim.poller.submit();
    int events = mine.claim.poller.reap(room(mine));
    counters.add(Counter.POLL_EVENTS, events);
    return events;
  }

  /** Polls the pollers that no machine holds, unless a machine watches them. */
  private boolean pollBriefly(Processor mine) {
    int room = room(mine);
    if (room == 0 || scheduler.pollers.isWatched()) {
      return false;
    }
    int events = scheduler.pollers.pollFree(room);
    if (events < 0) {
      return false;
    }
    counters.increment(Counter.POLLS);
    counters.add(Counter.POLL_EVENTS, events);
    return events > 0;
  }
}
