package dev.weft.internal.sched;

import dev.weft.internal.sched.queue.RunQueue;
import dev.weft.internal.sync.FailureLog;
import dev.weft.internal.timer.TimerHeap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The wait of a machine without a processor, for a processor or for events, for which it then takes
 * one. Used by the machine's own thread.
 *
 * <pre>
 *   in a poller     that of the processor it had last, or of another idle processor; one machine in each poller. One of
 *                   these machines also watches: see {@link PollerSet}
 *   parked          on the stack of {@link IdleMachines}; ends if that takes long and there are enough others
 * </pre>
 *
 * <p>In both places another thread may claim it ({@link PollerClaim}, {@link IdleMachines}). The
 * claiming thread then always answers, and the machine waits for that answer.
 */
final class IdleWait {
  static {
    FailureLog.resolve(Throwable.class);
  }

  private static final String WAIT_FAILED = FailureLog.message("waiting in the poller failed");

  /** More than a claiming thread takes to answer if it is not descheduled. */
  private static final int SPINS = 200;

  private static final long KEEP_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Machine machine;
  private final GmpScheduler scheduler;

  /** The value of the poller's {@code wakeups} before this machine could be claimed. */
  private int wakeupsBefore;

  IdleWait(Machine machine) {
    this.machine = machine;
    scheduler = machine.scheduler;
  }

  /**
   * Waits. Returns true to look for work again, with a processor or without; false to end this
   * machine.
   */
  boolean forWork() {
    Thread.interrupted(); // An interrupted thread would not wait.
    machine.counters.increment(Counter.PARKS);
    PollerClaim claim = beginWait();
    if (claim != null) {
      waitIn(claim);
      if (machine.processor() != null || mayWaitAgain(claim)) {
        return true;
      }
    }
    return awaitParked();
  }

  /** Chooses the poller in which this machine waits; {@code null} if there is none for it. */
  private @Nullable PollerClaim beginWait() {
    PollerClaim last = scheduler.pollers.of(machine.home());
    if (tryWait(last)) {
      return last;
    }
    if (!last.isShared()) {
      for (Processor each : scheduler.processors) {
        if (each.owner() == null && tryWait(each.claim)) {
          machine.moveHome(each);
          return each.claim;
        }
      }
    }
    return null;
  }

  private boolean tryWait(PollerClaim claim) {
    wakeupsBefore = claim.poller.wakeups();
    return claim.tryWait(machine);
  }

  private void waitIn(PollerClaim claim) {
    PollerSet pollers = scheduler.pollers;
    boolean watches = pollers.tryWatch(claim);
    boolean hasEvents = false;
    try {
      long nanos = watches ? nanosToNextTimer() : KEEP_ALIVE_NANOS;
      hasEvents = claim.poller.await(nanos, watches, wakeupsBefore);
    } catch (Throwable e) {
      FailureLog.write(WAIT_FAILED, e);
    }
    if (watches) {
      pollers.stopWaiting();
    }
    machine.counters.increment(Counter.POLL_WAITS);
    boolean besideWork = watches && scheduler.idleProcessors.count() < scheduler.processors.length;
    try {
      if (!claim.reclaim(machine)) {
        awaitAnswer();
      } else if (watches || hasEvents) {
        machine.takeIdleProcessor();
      }
      handleEvents(claim, hasEvents, watches);
      if (watches && hasEvents) {
        pollers.noteWatch(besideWork && hasFoundWork());
      }
    } finally {
      if (watches) {
        pollers.endWatch(); // first, so that the next machine in the shared poller watches
      }
      if (claim.isShared()) {
        claim.leave(machine);
      }
      scheduler.noticeFailures();
    }
    if (watches) {
      for (Processor each : scheduler.processors) {
        each.timers.runDue();
      }
    }
  }

  private long nanosToNextTimer() {
    long due = scheduler.earliestTimer();
    scheduler.pollers.watchUntil(due);
    return due == TimerHeap.NEVER ? -1 : Math.max(0, due - System.nanoTime());
  }

  private boolean hasFoundWork() {
    Processor processor = machine.processor();
    return processor != null ? processor.hasWork() : scheduler.hasQueuedWork();
  }

  /** Without a processor the goroutines go to the global queue. */
  private void handleEvents(PollerClaim claim, boolean hasEvents, boolean watches) {
    if (hasEvents && claim.isHeldBy(machine)) {
      machine.counters.add(Counter.POLL_EVENTS, claim.poller.reap(RunQueue.CAPACITY));
    }
    if (watches) {
      int events = scheduler.pollers.pollFree(RunQueue.CAPACITY);
      machine.counters.add(Counter.POLL_EVENTS, Math.max(0, events));
    }
  }

  /**
   * While all processors are busy, a machine in the shared poller would compete with them for
   * events; the next to go idle waits there.
   */
  private boolean mayWaitAgain(PollerClaim claim) {
    return !claim.isShared() && claim.isHeldBy(machine) && !isOneTooMany();
  }

  /**
   * Waits for the answer of the thread that has claimed this machine, which may have been
   * descheduled since.
   */
  private void awaitAnswer() {
    for (int spins = 0; !machine.isAnswered(); spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.park(machine);
        Thread.interrupted();
      }
    }
    machine.takeAnswer();
  }

  private boolean awaitParked() {
    scheduler.pollers.of(machine.home()).leave(machine);
    scheduler.noticeFailures();
    IdleMachines.Ticket ticket = scheduler.idleMachines.push(machine);
    long since = System.nanoTime();
    while (!machine.isAnswered()) {
      LockSupport.parkNanos(machine, KEEP_ALIVE_NANOS);
      Thread.interrupted();
      if (!machine.isAnswered()
          && System.nanoTime() - since >= KEEP_ALIVE_NANOS
          && isOneTooMany()
          && ticket.claim()) {
        return false;
      }
    }
    machine.takeAnswer();
    return true;
  }

  private boolean isOneTooMany() {
    return scheduler.starter.count() > scheduler.processors.length + 1;
  }
}
