package dev.weft.internal.sched;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How a machine without a processor waits for one, or for events with which it takes one. All of it
 * on the machine's thread.
 *
 * <pre>
 *   in the poller   one machine at a time, see {@link PollToken}; it has everybody's events and timers
 *   in its place    as the attendant of the processor it had last, see {@link Processor#waitOn}; for that one's events
 *   parked          on the stack of {@link IdleMachines}; ends when that takes long and there are enough others
 * </pre>
 *
 * <p>Wherever it waits, another thread may claim it; then it is granted a processor without fail,
 * and waits for that.
 */
final class IdleWait {
  static {
    FailureLog.resolve(Throwable.class);
  }

  private static final String WAITING_FOR_THE_EVENTS_OF_A_PROCESSOR_FAILED =
      FailureLog.message("waiting for the events of a processor failed");
  private static final String WAITING_IN_THE_POLLER_FAILED =
      FailureLog.message("waiting in the poller failed");

  /** Longer than a grant takes a thread that keeps its CPU. */
  private static final int SPINS = 200;

  private static final long KEEP_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Machine machine;
  private final GmpScheduler scheduler;

  IdleWait(Machine machine) {
    this.machine = machine;
    scheduler = machine.scheduler;
  }

  /** True: look again, with a processor or without; false: this machine is to end. */
  boolean forWork() {
    Thread.interrupted(); // An interrupted thread would not wait.
    machine.counters.increment(Counter.PARKS);
    // Where this machine has a place of its own to wait in, it does not matter who else is at the
    // poller.
    boolean waits =
        scheduler.hasPlaces
            ? scheduler.pollToken.tryWaitAs(machine)
            : scheduler.pollToken.waitAs(machine);
    if (waits) {
      waitInPoller();
      // Without a processor (all are busy, the events are in the global queue) the machine goes to
      // its place or parks; whoever goes idle next takes the poller.
      if (machine.processor() != null) {
        return true;
      }
    }
    Processor last = scheduler.processors[machine.home()];
    return canAttend(last) ? waitOn(last) : awaitParked();
  }

  private boolean canAttend(Processor last) {
    if (!scheduler.hasPlaces) {
      return false;
    }
    Machine waiter = scheduler.pollToken.waiter();
    boolean isAwaitedThere = waiter != null && waiter.home() == last.id;
    return !isAwaitedThere && last.waitOn(machine);
  }

  /** Waits as the attendant; as {@link #forWork}. */
  private boolean waitOn(Processor last) {
    boolean hasEvents = false;
    try {
      hasEvents = scheduler.netpoll.waitOn(last.id, KEEP_ALIVE_NANOS);
    } catch (Throwable e) {
      FailureLog.write(WAITING_FOR_THE_EVENTS_OF_A_PROCESSOR_FAILED, e);
    }
    if (!last.reclaim(machine)) {
      awaitGrant();
      return true;
    }
    if (hasEvents && last.owner() == null) {
      machine.takeIdleProcessor();
      if (machine.processor() != last) {
        scheduler.netpoll.pollOnBehalf(last.id);
      }
      return true;
    }
    if (last.owner() != null || isOneTooMany()) {
      return awaitParked(); // Another machine sees to the events, or the poller will.
    }
    return true;
  }

  /** Somebody has claimed this machine, and may have lost the CPU since. */
  private void awaitGrant() {
    for (int spins = 0; !machine.isGranted(); spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.park(machine);
        Thread.interrupted();
      }
    }
    machine.takeGrant();
  }

  private void waitInPoller() {
    PollToken token = scheduler.pollToken;
    long due = scheduler.earliestTimer();
    token.waitUntil(due);
    long nanos = due == TimerHeap.NEVER ? -1 : Math.max(0, due - System.nanoTime());
    int events = 0;
    try {
      events = scheduler.netpoll.await(nanos, RunQueue.CAPACITY, machine.home());
    } catch (Throwable e) {
      FailureLog.write(WAITING_IN_THE_POLLER_FAILED, e);
    }
    machine.counters.increment(Counter.POLL_WAITS);
    machine.counters.add(Counter.POLL_EVENTS, events);
    try {
      if (token.reclaim(machine)) {
        machine.takeIdleProcessor();
      } else {
        awaitGrant();
      }
      scheduler.netpoll.dispatch(events);
    } finally {
      token.release(System.nanoTime());
    }
    for (Processor each : scheduler.processors) {
      each.timers.runDue();
    }
  }

  private boolean awaitParked() {
    scheduler.netpoll.abandoned(machine.home());
    IdleMachines.Ticket ticket = scheduler.idleMachines.push(machine);
    long since = System.nanoTime();
    while (!machine.isGranted()) {
      LockSupport.parkNanos(machine, KEEP_ALIVE_NANOS);
      Thread.interrupted();
      if (!machine.isGranted()
          && System.nanoTime() - since >= KEEP_ALIVE_NANOS
          && isOneTooMany()
          && ticket.claim()) {
        return false;
      }
    }
    machine.takeGrant();
    return true;
  }

  private boolean isOneTooMany() {
    return scheduler.machineCount() > scheduler.processors.length + 1;
  }
}
