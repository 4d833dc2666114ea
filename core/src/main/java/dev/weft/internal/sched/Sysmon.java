package dev.weft.internal.sched;

import dev.weft.internal.sys.RuntimeThreads;
import dev.weft.internal.track.LongSlices;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The monitor: a thread without a processor that looks after those that have one.
 *
 * <p>The JVM cannot preempt a virtual thread, so a goroutine that computes without end, or sits in
 * native code, keeps its thread. What it must not keep is the processor: when a machine has been
 * inside one goroutine for a whole time slice, and no other machine could take up work, sysmon
 * moves the processor to another machine. The operating system then shares the CPU between them, to
 * the disadvantage of the one whose priority sysmon lowers.
 *
 * <p>It also finds what the others pass over by design: a woken goroutine kept by a waker that goes
 * on computing, events that no machine polls for, timers of a processor whose goroutine does not
 * stop.
 *
 * <p>No other thread does this, so sysmon survives every failure, of memory above all. A processor
 * that it has taken from a machine and not yet handed on is held by no other thread: everything
 * that can fail comes before that, and what comes after it allocates nothing.
 */
final class Sysmon extends Thread {
  static {
    FailureLog.resolve(Throwable.class, OutOfMemoryError.class);
  }

  private static final String A_ROUND_OF_SYSMON_FAILED =
      FailureLog.message("a round of sysmon failed");
  private static final String A_STEP_OF_SYSMON_FAILED =
      FailureLog.message("a step of sysmon failed");

  private static final String POLLING_ON_BEHALF_FAILED =
      FailureLog.message("polling on behalf of a machine failed");

  /** Steps of a round that concern all processors. */
  private static final int STEPS_FOR_ALL = 5;

  /**
   * As in Go. Long enough for what servers do between two waits, short enough for people not to
   * notice.
   */
  static final long TIME_SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /**
   * For how long no machine needs to watch where each processor has its own poller: idle machines
   * see the events of theirs, so only timers of others and events of pollers without a machine
   * wait.
   */
  private static final long UNWATCHED_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final long MIN_SLEEP_NANOS = TimeUnit.MICROSECONDS.toNanos(20);
  private static final long MAX_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** Rounds without anything to do before the sleep begins to double. */
  private static final int ROUNDS_AWAKE = 50;

  /**
   * Rounds with every processor idle, at the longest sleep, before sysmon sleeps until a machine
   * runs.
   */
  private static final int ROUNDS_TO_REST = 100;

  private final GmpScheduler scheduler;
  private final Watch[] watches;
  private final ArrayList<Watch> detached = new ArrayList<>();
  private final AtomicLong handoffs = new AtomicLong();

  /** Processors that want a new machine, linked by {@link Processor#nextWanted}. */
  private final AtomicReference<@Nullable Processor> wanted = new AtomicReference<>();

  private volatile boolean resting;

  Sysmon(GmpScheduler scheduler) {
    super(RuntimeThreads.GROUP, null, "weft-sysmon", 0, false);
    setDaemon(true);
    this.scheduler = scheduler;
    watches = new Watch[scheduler.processors.length];
    for (int i = 0; i < watches.length; i++) {
      watches[i] = new Watch();
    }
  }

  long handoffs() {
    return handoffs.get();
  }

  /** True while sysmon sleeps, or is about to, until a machine runs goroutines. */
  boolean isResting() {
    return resting;
  }

  /** A machine has got a processor. */
  void machineRuns() {
    if (resting) {
      resting = false;
      LockSupport.unpark(this);
    }
  }

  /** Work was queued by a thread that must not look for a machine itself. */
  void lookAtOnce() {
    resting = false;
    LockSupport.unpark(this);
  }

  /**
   * Has this thread start a machine for a processor, which the caller holds. Other threads must not
   * do it: a new thread inherits the priority of its creator, which may be lowered, and
   * constructing and starting one takes monitors of the JDK; a goroutine that waited for such a
   * monitor while it holds a processor might wait for that processor.
   */
  void startMachine(Processor processor) {
    Processor first;
    do {
      first = wanted.get();
      processor.nextWanted = first;
    } while (!wanted.compareAndSet(first, processor));
    LockSupport.unpark(this);
  }

  /** Takes one at a time, so that a failure leaves the others in the list. */
  private void startMachines() {
    for (Processor first; (first = wanted.get()) != null; ) {
      // Only this thread removes, so a processor that is first again has the same next.
      if (wanted.compareAndSet(first, first.nextWanted)) {
        scheduler.newMachine(first);
      }
    }
  }

  @Override
  public void run() {
    while (true) {
      try {
        watch();
      } catch (Throwable e) {
        FailureLog.write(A_ROUND_OF_SYSMON_FAILED, e);
      }
    }
  }

  /** Looks, in rounds, until a round fails. */
  private void watch() {
    long sleep = MIN_SLEEP_NANOS;
    int quiet = 0;
    int restful = 0;
    while (true) {
      if (wanted.get() == null) { // The signal for them may have been taken for another one.
        LockSupport.parkNanos(this, sleep);
        Thread.interrupted(); // An interrupted thread would not sleep.
      }
      startMachines();
      boolean acted = look(System.nanoTime());
      quiet = acted ? 0 : quiet + 1;
      if (acted) {
        sleep = MIN_SLEEP_NANOS;
      } else if (quiet > ROUNDS_AWAKE) {
        sleep = Math.min(2 * sleep, MAX_SLEEP_NANOS);
      }
      restful = mayRest() ? restful + 1 : 0;
      if (sleep == MAX_SLEEP_NANOS && restful > ROUNDS_TO_REST) {
        rest();
        restful = 0;
        quiet = 0;
        sleep = MIN_SLEEP_NANOS;
      }
    }
  }

  /**
   * Reports whether each event, timer and queued task will wake a machine or this thread. So a
   * machine has to watch: when all there may be are in blocking calls, sysmon is the only thread
   * that sees events, timers, and tasks that were queued meanwhile.
   */
  boolean mayRest() {
    return detached.isEmpty()
        && scheduler.idleProcessors.count() == scheduler.processors.length
        && scheduler.pollers.isWatchedByWaiter()
        && !scheduler.pollers.needRetry()
        && !scheduler.hasQueuedWork();
  }

  private void rest() {
    resting = true;
    // A machine that got a processor just before `resting` was set shows in the idle set.
    while (resting && mayRest()) {
      LockSupport.park(this);
      Thread.interrupted();
    }
    resting = false;
  }

  /** One round; true when something had to be done. A step that fails skips no other step. */
  private boolean look(long now) {
    boolean acted = false;
    for (int step = 0; step < watches.length + STEPS_FOR_ALL; step++) {
      try {
        acted |= take(step, now);
      } catch (Throwable e) {
        FailureLog.write(A_STEP_OF_SYSMON_FAILED, e);
      }
    }
    return acted;
  }

  /** One step for each processor, then those that concern all of them. */
  private boolean take(int step, long now) {
    return switch (step - watches.length) {
      case 0 -> lookAtDetached();
      case 1 -> wakeForWhatWasMissed(now);
      case 2 -> pollIfNobodyDid(now);
      case 3 -> runOverdueTimers(now);
      case 4 -> retryPollers();
      default -> lookAt(scheduler.processors[step], watches[step], now);
    };
  }

  /**
   * Work for which no machine was woken, or an idle processor without a machine that would notice
   * an event. Where handlers are short this is hardly ever seen; where they are long it keeps
   * sysmon's sleep short, so that events do not wait behind them.
   */
  private boolean wakeForWhatWasMissed(long now) {
    return scheduler.idleProcessors.any()
        && (scheduler.hasQueuedWork() || isUnwatched(now))
        && scheduler.wake(null);
  }

  private boolean pollIfNobodyDid(long now) {
    PollerSet pollers = scheduler.pollers;
    return now - pollers.lastPoll() > TIME_SLICE_NANOS
        && !pollers.isWatched()
        && pollers.pollFree(RunQueue.CAPACITY) > 0;
  }

  private boolean runOverdueTimers(long now) {
    int fired = 0;
    if (scheduler.earliestTimer() < now - MAX_SLEEP_NANOS) {
      for (Processor processor : scheduler.processors) {
        fired += processor.timers.runDue();
      }
    }
    return fired > 0;
  }

  private boolean retryPollers() {
    PollerSet pollers = scheduler.pollers;
    if (!pollers.needRetry()) {
      return false;
    }
    pollers.retry();
    return !pollers.needRetry();
  }

  private boolean isUnwatched(long now) {
    PollerSet pollers = scheduler.pollers;
    return pollers.isUnattended()
        && (pollers.isShared() || now - pollers.lastPoll() > UNWATCHED_NANOS);
  }

  private boolean lookAt(Processor processor, Watch watch, long now) {
    Machine machine = processor.owner();
    if (!watch.looksAgainAt(machine, now)
        || machine == null
        || !Machine.isInGoroutine(watch.slice())) {
      return false;
    }
    if (watch.hasComputed(machine, now)) {
      pollOnBehalf(processor);
    }
    if (processor.hasWork()) {
      scheduler.wake(processor);
    }
    if (now - watch.since() < TIME_SLICE_NANOS) {
      return false;
    }
    LongSlices.tell(machine.getName());
    if (!isNeeded(processor)) {
      return false;
    }
    if (!scheduler.hasMachineToSpare()) {
      scheduler.countMachineLimitHit();
      return false;
    }
    boolean burning = watch.isBurning(machine);
    Watch later = placeAmongDetached(watch);
    if (!processor.release(machine)) {
      return false;
    }
    handoffs.incrementAndGet();
    try {
      if (later != null && !(burning && later.lower())) {
        detached.add(later);
      }
    } finally {
      scheduler.handOff(processor);
    }
    machine.tellHandoff(false);
    return true;
  }

  /** A poller that fails does not keep the processor from being handed off. */
  private static void pollOnBehalf(Processor processor) {
    try {
      processor.claim.pollOnBehalf();
    } catch (Throwable e) {
      FailureLog.write(POLLING_ON_BEHALF_FAILED, e);
    }
  }

  /**
   * Makes a watch for a machine that loses its processor, and room for it. Returns {@code null}
   * when there is no memory: the machine keeps its CPU priority then.
   */
  private @Nullable Watch placeAmongDetached(Watch watch) {
    try {
      detached.ensureCapacity(detached.size() + 1);
      Watch later = new Watch();
      later.continueFrom(watch);
      return later;
    } catch (OutOfMemoryError e) {
      return null;
    }
  }

  /**
   * Reports whether work waits for the processor, or no other machine is there for work that comes.
   */
  private boolean isNeeded(Processor processor) {
    return processor.hasWork() || !scheduler.global.isEmpty() || !scheduler.idleProcessors.any();
  }

  private boolean lookAtDetached() {
    boolean removed = false;
    for (int i = detached.size() - 1; i >= 0; i--) {
      if (lookAtDetached(detached.get(i))) {
        detached.remove(i);
        removed = true;
      }
    }
    return removed;
  }

  /**
   * A machine that lost its processor while it was waiting in the kernel, and may begin to burn
   * CPU. True when there is nothing more to watch: the goroutine has stopped, or its priority is
   * lowered.
   */
  private static boolean lookAtDetached(Watch watch) {
    Machine machine = watch.machine();
    if (machine == null || machine.slice() != watch.slice()) {
      return true;
    }
    return watch.isBurning(machine) && watch.lower();
  }
}
