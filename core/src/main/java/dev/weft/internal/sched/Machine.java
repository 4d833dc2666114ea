package dev.weft.internal.sched;

import dev.weft.internal.sync.StackProbe;
import dev.weft.internal.sys.CarrierThread;
import dev.weft.internal.track.Events;
import dev.weft.internal.track.MachineState;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * M: a platform thread that carries goroutines. To run them it needs a {@link Processor}.
 *
 * <pre>
 *   running    has a processor, is inside a goroutine                     (slice is odd)
 *   looking    has a processor, looks for the next goroutine (slice is even) lost       is inside a goroutine, but its processor was taken away (the goroutine outlasted its time slice), or given up
 *              (a call known to block); finishes the goroutine's slice, then waits
 *   waiting    has no processor: waits in a poller or parked, see {@link IdleWait}
 *
 *   looking --task found--> running --goroutine parks or ends--> looking --nothing found--> waiting
 *   running --sysmon, blocking call--> lost --goroutine parks or ends--> waiting --granted a processor, or events--> looking
 *   lost --blocking call ends, a processor is idle--> running
 *   waiting --idle for long, or its CPU priority stays lowered--> ended
 * </pre>
 */
final class Machine extends CarrierThread {
  static {
    FailureLog.resolve(Throwable.class);
  }

  private static final String A_VIRTUAL_THREAD_S_CONTINUATION_FAILED =
      FailureLog.message("a virtual thread's continuation failed");
  private static final String A_MACHINE_FAILED_BETWEEN_GOROUTINES =
      FailureLog.message("a machine failed between goroutines");
  private static final String ASKING_THE_POLLER_FAILED =
      FailureLog.message("asking the poller failed");
  private static final String WAKING_ANOTHER_MACHINE_FAILED =
      FailureLog.message("waking another machine failed");
  private static final String AN_EVENT_FAILED = FailureLog.message("telling of an event failed");

  /** As in Go: a prime, so that it does not synchronize with patterns of the program. */
  private static final int FAIRNESS_ROUNDS = 61;

  /**
   * Reading the clock for timers costs a sixth of a switch, so it is read once in this many rounds.
   */
  private static final int TIMER_ROUNDS_MASK = 15;

  /** The interval at which the network is polled while the queues have goroutines. */
  private static final long POLL_INTERVAL_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  /** The pause after a failure of this class, which may repeat at once. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** Numbers distinguish machines in dumps. */
  private static final AtomicInteger LAST_NUMBER = new AtomicInteger();

  private static final VarHandle SLICE;

  static {
    try {
      SLICE = MethodHandles.lookup().findVarHandle(Machine.class, "slice", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final GmpScheduler scheduler;
  final Counters counters = new Counters();
  final CpuPriority priority = new CpuPriority();

  /** The next in the scheduler's list of machines; guarded by its lock. */
  @Nullable Machine nextMachine;

  private final Thief thief;
  private final IdleWait idleWait;

  /** The state of the poller in which this machine waits. */
  final PollerClaim.Waits waits = new PollerClaim.Waits(this);

  // The answer of the thread that claimed this machine, `granted` or `dismissed` last. Fields,
  // because there may be no memory for an object, and a claimed machine has to be answered.
  private boolean grantedSearching;
  private @Nullable Processor grantedOrigin;
  private volatile @Nullable Processor granted;
  private volatile boolean dismissed;

  // Used by this thread only.
  private @Nullable Processor processor;
  private int rounds;

  /** How many more tasks it takes from the global queue before its own. */
  private int globalFirst;

  /** The round in which it last polled the processor's own poller. */
  private int roundsAtReap;

  private final RunTimeEstimator estimator = new RunTimeEstimator();

  /**
   * Whether to wake other machines only if their help is worth its cost: where each processor has
   * its own poller, another machine can only take the tasks queued here.
   */
  private final boolean helpMustPay;

  private int sliceAtRound;

  /** The processor it has, or had last; read by other threads. */
  private volatile int home;

  /**
   * Incremented when a goroutine begins and when it stops, and by two when a blocking call ends.
   * Written by this thread, read by sysmon and thieves.
   */
  private int slice;

  /** The slice in which a goroutine last began a blocking call. */
  private int sliceGivenUp;

  Machine(GmpScheduler scheduler, Processor first, boolean searching, @Nullable Processor origin) {
    super("weft-m" + LAST_NUMBER.incrementAndGet());
    this.scheduler = scheduler;
    helpMustPay =
        scheduler != null && scheduler.processors.length > 1 && !scheduler.pollers.isShared();
    thief = new Thief(scheduler, counters);
    idleWait = new IdleWait(this);
    setContextClassLoader(ClassLoader.getSystemClassLoader());
    home = first.id;
    grant(first, searching, origin);
  }

  /**
   * Returns the slice for sysmon to compare: the same odd value twice means that the same goroutine
   * has run without a stop.
   */
  int slice() {
    return (int) SLICE.getOpaque(this);
  }

  static boolean isInGoroutine(int slice) {
    return (slice & 1) != 0;
  }

  boolean isLowered() {
    return priority.isLowered();
  }

  /**
   * Returns the processor that this machine may use; {@code null} when it has none, or lost it. For
   * this thread only.
   */
  @Nullable Processor ownProcessor() {
    Processor mine = processor;
    return mine != null && mine.isOwnedBy(this) ? mine : null;
  }

  /**
   * Returns the processor that it has, or has lost without noticing it yet. For this thread only.
   */
  @Nullable Processor processor() {
    return processor;
  }

  int home() {
    return home;
  }

  MachineState state(Processor[] all) {
    Integer owned = null;
    for (Processor each : all) {
      owned = each.isOwnedBy(this) ? Integer.valueOf(each.id) : owned;
    }
    return new MachineState(
        getName(),
        owned,
        isInGoroutine(slice()),
        isLowered(),
        counters.get(Counter.SLICES),
        counters.get(Counter.STEALS),
        counters.get(Counter.PARKS),
        systemCalls(),
        priority.cpuNanos());
  }

  @Override
  public void run() {
    priority.begin();
    takeAnswer();
    for (Runnable task; (task = nextTaskWhateverFails()) != null; ) {
      counters.increment(Counter.SLICES);
      SLICE.setOpaque(this, slice + 1);
      try {
        task.run();
      } catch (Throwable e) {
        FailureLog.write(A_VIRTUAL_THREAD_S_CONTINUATION_FAILED, e);
      }
      SLICE.setOpaque(this, slice + 1);
    }
    scheduler.forget(this);
  }

  /**
   * Finds the next task, and continues after any exception: a machine that ended would take a
   * processor with it. Its state is in its fields, and {@link IdleWait} and {@link #pollBriefly}
   * leave the poller in order, so it can continue. Nothing may throw between taking a task from a
   * queue and returning it, or the goroutine would be lost.
   */
  private @Nullable Runnable nextTaskWhateverFails() {
    while (true) {
      try {
        return nextTask();
      } catch (Throwable e) {
        FailureLog.write(A_MACHINE_FAILED_BETWEEN_GOROUTINES, e);
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  /**
   * Returns the next goroutine to run, waiting for one if needed; {@code null} when this machine
   * must end.
   */
  private @Nullable Runnable nextTask() {
    while (true) {
      Processor mine = ownProcessor();
      if (mine == null) {
        processor = null;
        if (thief.isSearching()) {
          // The processor was lost before the search began: look again, because other threads
          // relied on the search.
          stopSearching(false);
          if (scheduler.hasQueuedWork()) {
            scheduler.wake(null);
          }
        }
        if (!priority.restore()) {
          return null;
        }
        // A thread that queued work while no machine was available woke none.
        boolean isMissed = scheduler.hasQueuedWork() && takeIdleProcessor();
        if (!isMissed && !idleWait.forWork()) {
          return null;
        }
        continue;
      }
      Runnable task = find(mine);
      if (task != null) {
        stopSearchingWithTask();
        return task;
      }
      goIdle(mine);
    }
  }

  // Looking

  private @Nullable Runnable find(Processor mine) {
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
    if (globalFirst > 0) {
      globalFirst--;
      Runnable task = scheduler.global.poll();
      if (task != null) {
        return task;
      }
    }
    Runnable task = mine.take(counters.waits, scheduler.global);
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
    endRound();
    if (mine.claim.isHeldBy(this) && submitAndReap(mine) > 0) {
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
   * <p>A ring whose goroutines keep making each other ready has no room for a batch. This machine
   * then takes turns with the global queue instead, for half of the time until the next check.
   */
  private @Nullable Runnable fairnessCheck(Processor mine) {
    Runnable task = scheduler.global.grab(mine.queue, scheduler.processors.length);
    globalFirst = task != null && room(mine) == 0 ? FAIRNESS_ROUNDS / 2 : 0;
    try {
      if (rounds - roundsAtReap >= FAIRNESS_ROUNDS && mine.claim.isHeldBy(this)) {
        submitAndReap(mine);
      }
      if (System.nanoTime() - scheduler.pollers.lastPoll() > POLL_INTERVAL_NANOS) {
        pollBriefly(mine);
      }
    } catch (Throwable e) {
      FailureLog.write(ASKING_THE_POLLER_FAILED, e);
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

  private void endRound() {
    if (helpMustPay) {
      estimator.end(System.nanoTime(), (slice - sliceAtRound) / 2);
      sliceAtRound = slice;
    }
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

  /**
   * Queues a task behind others. The machine itself calls this: inside a slice its goroutine has
   * yielded, and between slices it dispatches events or timers.
   */
  void readyLast(Runnable task, Processor mine) {
    int queued;
    if (!isInGoroutine(slice)) {
      mine.readyLast(task, scheduler.global);
      queued = mine.queue.size();
    } else if (mine.readyAgain(task, scheduler.global)) {
      queued = mine.queue.size();
    } else {
      queued = mine.queue.size() + 2; // as well as this task, another waits in the global queue
    }
    int others = queued - 1;
    if (others > 0 && (!helpMustPay || estimator.wantsHelpWith(others))) {
      scheduler.wake(null);
    }
  }

  /** Never throws, because the caller has taken a task from its queue. */
  private void stopSearchingWithTask() {
    if (thief.isSearching()) {
      try {
        stopSearching(true);
      } catch (Throwable e) {
        FailureLog.write(WAKING_ANOTHER_MACHINE_FAILED, e);
      }
    }
  }

  private void stopSearching(boolean found) {
    // Threads that queued work while this machine searched woke no other machine, so the last
    // searcher to stop must. A searcher that has found nothing looks again in goIdle.
    if (thief.stop(found) && found && scheduler.hasQueuedWork()) {
      scheduler.wake(null);
    }
  }

  // Going idle, and being woken

  private void goIdle(Processor mine) {
    boolean released = mine.release(this);
    processor = null;
    if (released) {
      scheduler.putIdle(mine);
    }
    if (thief.isSearching()) {
      stopSearching(false);
    }
    if (scheduler.hasQueuedWork()) {
      takeIdleProcessor();
    }
  }

  /**
   * Takes an idle processor, by preference the one it had last, whose data is in its caches and
   * whose poller has its events.
   */
  boolean takeIdleProcessor() {
    Processor last = scheduler.processors[home];
    Processor idle = scheduler.idleProcessors.take(last) ? last : scheduler.idleProcessors.take();
    if (idle == null) {
      return false;
    }
    idle.adopt(this);
    begin(idle);
    return true;
  }

  /**
   * Gives this machine, which the caller has claimed, a processor, which the caller holds. A
   * machine that was claimed in a poller must also be woken there.
   */
  void grant(Processor given, boolean asSearcher, @Nullable Processor because) {
    given.adopt(this);
    grantedSearching = asSearcher;
    grantedOrigin = because;
    granted = given;
    LockSupport.unpark(this);
  }

  /**
   * Ends the wait of this machine because another machine gets the processor in whose poller it
   * waits. Called instead of {@link #grant}.
   */
  void dismiss() {
    dismissed = true;
    LockSupport.unpark(this);
  }

  /**
   * Reports whether the thread that claimed this machine has granted a processor or dismissed it.
   */
  boolean isAnswered() {
    return granted != null || isDismissed();
  }

  boolean isDismissed() {
    return dismissed;
  }

  void takeAnswer() {
    Processor given = granted;
    if (given == null) {
      dismissed = false;
      return;
    }
    thief.wake(grantedSearching, grantedOrigin);
    granted = null;
    counters.increment(Counter.WAKES);
    begin(given);
  }

  /** Changes the processor for whose events it waits, and which it takes when they come. */
  void moveHome(Processor to) {
    home = to.id;
  }

  private void begin(Processor mine) {
    processor = mine;
    PollerClaim before = scheduler.pollers.of(home);
    if (before != mine.claim) {
      before.leave(this);
    }
    home = mine.id;
    if (helpMustPay) {
      estimator.begin(System.nanoTime());
      sliceAtRound = slice;
    }
    scheduler.sysmon.machineRuns();
  }

  // Calls known to block, on this thread, inside a goroutine

  /**
   * Gives up the processor. Returns false inside another such call, at the end of which the machine
   * takes it back; returns true also when sysmon has taken it before.
   */
  boolean enterBlocking() {
    Processor mine = ownProcessor();
    if (mine == null && sliceGivenUp == slice) {
      return false;
    }
    StackProbe.checkBlocking();
    sliceGivenUp = slice;
    if (mine != null && mine.release(this)) {
      counters.increment(Counter.BLOCKING_CALLS);
      scheduler.handOff(mine);
      tellHandoff(true);
    }
    return true;
  }

  /** Tells a tool that this machine has lost its processor. */
  void tellHandoff(boolean inBlockingCall) {
    Events.Listener events = Events.listener();
    if (events != null) {
      try {
        events.handoff(getName(), inBlockingCall);
      } catch (Throwable e) {
        FailureLog.write(AN_EVENT_FAILED, e);
      }
    }
  }

  /**
   * Returns true when the goroutine can continue, with its old processor or another one that was
   * idle.
   */
  boolean exitBlocking() {
    if (ownProcessor() != null) {
      return true;
    }
    // A new time slice begins, so that sysmon does not lower the priority because of the old one.
    // The goroutine must not restore the priority itself: it could be moved to another machine in a
    // monitor.
    SLICE.setOpaque(this, slice + 2);
    VarHandle.fullFence();
    return !priority.isLowered() && takeIdleProcessor();
  }
}
