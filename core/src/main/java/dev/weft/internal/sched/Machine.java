package dev.weft.internal.sched;

import dev.weft.internal.sync.FailureLog;
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
 *   looking    has a processor, looks for the next goroutine (slice is even)
 *   lost       is inside a goroutine, but its processor was taken away (the goroutine outlasted its
 *              time slice), or given up (a call known to block); finishes the goroutine's slice,
 *              then waits
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

  private static final String CONTINUATION_FAILED =
      FailureLog.message("a virtual thread's continuation failed");
  private static final String ROUND_FAILED =
      FailureLog.message("a machine failed between goroutines");
  private static final String WAKE_FAILED = FailureLog.message("waking another machine failed");
  private static final String EVENT_FAILED = FailureLog.message("reporting an event failed");

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

  /** The answer of the thread that claimed this machine. */
  private final ClaimAnswer answer = new ClaimAnswer();

  /** The calls known to block of the goroutine that it runs. */
  final BlockingCalls blocking = new BlockingCalls(this);

  private final HelpPolicy help;
  private final TaskFinder finder;

  /** Used by this thread only. */
  private @Nullable Processor processor;

  /** The processor it has, or had last; read by other threads. */
  private volatile int home;

  /**
   * Incremented when a goroutine begins and when it stops, and by two when a blocking call ends.
   * Written by this thread, read by sysmon and thieves.
   */
  private int slice;

  Machine(GmpScheduler scheduler, Processor first, boolean searching, @Nullable Processor origin) {
    super("weft-m" + LAST_NUMBER.incrementAndGet());
    this.scheduler = scheduler;
    thief = new Thief(scheduler, counters);
    idleWait = new IdleWait(this);
    help =
        new HelpPolicy(
            this,
            scheduler != null && scheduler.processors.length > 1 && !scheduler.pollers.isShared());
    finder = new TaskFinder(this, thief, help);
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

  /** Begins a new slice of the running goroutine. For this thread only. */
  void beginNewSlice() {
    SLICE.setOpaque(this, slice + 2);
    VarHandle.fullFence();
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
    parkWithoutSpinning();
    priority.begin();
    takeAnswer();
    for (Runnable task; (task = nextTaskWhateverFails()) != null; ) {
      counters.increment(Counter.SLICES);
      SLICE.setOpaque(this, slice + 1);
      try {
        task.run();
      } catch (Throwable e) {
        FailureLog.write(CONTINUATION_FAILED, e);
      }
      SLICE.setOpaque(this, slice + 1);
    }
    scheduler.starter.forget(this);
  }

  /**
   * Finds the next task, and continues after any exception: a machine that ended would take a
   * processor with it. Its state is in its fields, and {@link IdleWait} and {@link TaskFinder}
   * leave the poller in order, so it can continue. Nothing may throw between taking a task from a
   * queue and returning it, or the goroutine would be lost.
   */
  private @Nullable Runnable nextTaskWhateverFails() {
    while (true) {
      try {
        return nextTask();
      } catch (Throwable e) {
        FailureLog.write(ROUND_FAILED, e);
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
            scheduler.assigner.wake(null);
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
      Runnable task = finder.find(mine);
      if (task != null) {
        stopSearchingWithTask();
        return task;
      }
      goIdle(mine);
    }
  }

  // Looking for work

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
    if (help.isWorthwhileFor(queued - 1)) {
      scheduler.assigner.wake(null);
    }
  }

  /** Never throws, because the caller has taken a task from its queue. */
  private void stopSearchingWithTask() {
    if (thief.isSearching()) {
      try {
        stopSearching(true);
      } catch (Throwable e) {
        FailureLog.write(WAKE_FAILED, e);
      }
    }
  }

  private void stopSearching(boolean found) {
    // Threads that queued work while this machine searched woke no other machine, so the last
    // searcher to stop must. A searcher that has found nothing looks again in goIdle.
    if (thief.stop(found) && found && scheduler.hasQueuedWork()) {
      scheduler.assigner.wake(null);
    }
  }

  // Going idle, and being woken

  private void goIdle(Processor mine) {
    boolean released = mine.release(this);
    processor = null;
    if (released) {
      scheduler.assigner.putIdle(mine);
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
    answer.grant(given, asSearcher, because);
    LockSupport.unpark(this);
  }

  /**
   * Ends the wait of this machine because another machine gets the processor in whose poller it
   * waits. Called instead of {@link #grant}.
   */
  void dismiss() {
    answer.dismiss();
    LockSupport.unpark(this);
  }

  /**
   * Reports whether the thread that claimed this machine has granted a processor or dismissed it.
   */
  boolean isAnswered() {
    return answer.isGiven();
  }

  boolean isDismissed() {
    return answer.isDismissed();
  }

  void takeAnswer() {
    Processor given = answer.take(thief);
    if (given != null) {
      counters.increment(Counter.WAKES);
      begin(given);
    }
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
    help.beginRound();
    scheduler.sysmon.endRest();
  }

  /** Tells a tool that this machine has lost its processor. */
  void reportHandoff(boolean inBlockingCall) {
    Events.Listener events = Events.listener();
    if (events != null) {
      try {
        events.handoff(getName(), inBlockingCall);
      } catch (Throwable e) {
        FailureLog.write(EVENT_FAILED, e);
      }
    }
  }
}
