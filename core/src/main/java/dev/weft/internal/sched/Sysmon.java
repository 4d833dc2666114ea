package dev.weft.internal.sched;

import dev.weft.internal.sched.queue.RunQueue;
import dev.weft.internal.sync.FailureLog;
import dev.weft.internal.sys.RuntimeThreads;
import dev.weft.internal.track.LongSlices;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The system monitor: a thread without a processor that supervises the machines and processors.
 *
 * <p>The JVM cannot preempt a virtual thread, so a goroutine that computes without end, or stays in
 * native code, keeps its thread. It must not keep the processor: when a machine has been inside one
 * goroutine for a whole time slice, and no other machine could take up work, sysmon moves the
 * processor to another machine. The operating system then shares the CPU between the two, and
 * sysmon lowers the priority of the first.
 *
 * <p>It also finds work that machines skip by design: a woken goroutine behind one that goes on
 * computing, events that no machine polls for, timers of a processor whose goroutine does not stop.
 *
 * <p>No other thread does this, so sysmon survives every failure, in particular lack of memory. A
 * processor that it has taken from a machine and not yet passed on is held by no other thread:
 * everything that can fail is done before, and the rest allocates nothing.
 */
final class Sysmon extends Thread {
  static {
    FailureLog.resolve(Throwable.class, OutOfMemoryError.class);
  }

  private static final String ROUND_FAILED = FailureLog.message("a round of sysmon failed");
  private static final String STEP_FAILED = FailureLog.message("a step of sysmon failed");

  private static final String POLL_FAILED =
      FailureLog.message("polling on behalf of a machine failed");

  /** Steps of a round that concern all processors. */
  private static final int STEPS_FOR_ALL = 5;

  /**
   * As in Go: longer than a server's work between two waits, and short enough not to be noticed by
   * people.
   */
  static final long TIME_SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /**
   * How long there may be no watching machine where one is of little use. Where each processor has
   * its own poller, idle machines see the events of their own pollers, so only timers of others and
   * events of pollers without a machine wait. In a shared poller the last watches may have been
   * useless; see {@link PollerSet#noteWatch}.
   */
  private static final long UNWATCHED_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final long MIN_SLEEP_NANOS = TimeUnit.MICROSECONDS.toNanos(20);
  private static final long MAX_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** Rounds without work before the sleep begins to double. */
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

  /** Reports whether sysmon sleeps, or is about to, until a machine runs goroutines. */
  boolean isResting() {
    return resting;
  }

  /** Called when a machine has got a processor, or none was available for queued work. */
  void endRest() {
    if (resting) {
      resting = false;
      LockSupport.unpark(this);
    }
  }

  /** Called when work was queued by a thread that must not wake a machine itself. */
  void lookAtOnce() {
    resting = false;
    LockSupport.unpark(this);
  }

  /**
   * Makes sysmon start a machine for a processor, which the caller holds. Other threads must not
   * start machines: a new thread inherits the priority of its creator, which may be lowered, and
   * constructing and starting one takes monitors of the JDK; a goroutine that waited for such a
   * monitor while it holds a processor might wait for its own processor.
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
      // Only this thread removes entries, so a processor that is first again has the same next.
      if (wanted.compareAndSet(first, first.nextWanted)) {
        scheduler.starter.start(first);
      }
    }
  }

  @Override
  public void run() {
    while (true) {
      try {
        watch();
      } catch (Throwable e) {
        FailureLog.write(ROUND_FAILED, e);
      }
    }
  }

  /** Runs rounds until one fails. */
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
      long now = System.nanoTime();
      scheduler.clock.set(now);
      boolean acted = look(now);
      quiet = acted ? 0 : quiet + 1;
      if (acted) {
        sleep = MIN_SLEEP_NANOS;
      } else if (quiet > ROUNDS_AWAKE) {
        sleep = Math.min(2 * sleep, maxSleep());
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
   * Reports whether every event, timer and queued task will wake a machine or this thread. For that
   * a machine must watch: when all machines up to the limit are in blocking calls, only sysmon sees
   * events, timers and queued tasks.
   */
  boolean mayRest() {
    return detached.isEmpty()
        && scheduler.idleProcessors.count() == scheduler.processors.length
        && scheduler.pollers.isWatchedByWaiter()
        && !scheduler.pollers.needRetry()
        && !scheduler.hasQueuedWork();
  }

  private void rest() {
    scheduler.clock.unset(); // first: a machine that ends the rest must not read an old time
    resting = true;
    // A machine that got a processor just before `resting` was set shows in the idle set.
    while (resting && mayRest()) {
      LockSupport.park(this);
      Thread.interrupted();
    }
    resting = false;
  }

  /** Runs one round; returns true when there was work. A step that fails skips no other step. */
  private boolean look(long now) {
    boolean acted = false;
    for (int step = 0; step < watches.length + STEPS_FOR_ALL; step++) {
      try {
        acted |= take(step, now);
      } catch (Throwable e) {
        FailureLog.write(STEP_FAILED, e);
      }
    }
    return acted;
  }

  /** Runs one step: there is one for each processor, and then those for all of them. */
  private boolean take(int step, long now) {
    return switch (step - watches.length) {
      case 0 -> lookAtDetached();
      case 1 -> wakeForWhatWasMissed(now);
      case 2 -> pollIfNeglected(now);
      case 3 -> runOverdueTimers(now);
      case 4 -> retryPollers();
      default -> lookAt(scheduler.processors[step], watches[step], now);
    };
  }

  /**
   * Wakes a machine for work that no machine was woken for, or when no machine would notice an
   * event although a processor is idle. With short handlers this is rare; with long ones it keeps
   * sysmon's sleep short, so that events do not wait for them. Where machines watched without use,
   * the sleep gets longer all the same, up to {@link #UNWATCHED_NANOS}.
   */
  private boolean wakeForWhatWasMissed(long now) {
    if (!scheduler.idleProcessors.any()) {
      return false;
    }
    if (scheduler.hasQueuedWork()) {
      return scheduler.assigner.wake(null);
    }
    return isUnwatched(now)
        && scheduler.assigner.wake(null)
        && !scheduler.pollers.isWatchingUseless();
  }

  private boolean pollIfNeglected(long now) {
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

  /** The longest time for which an event may wait beside an idle processor. */
  private long maxSleep() {
    return scheduler.pollers.isWatchingUseless() && scheduler.pollers.isUnattended()
        ? UNWATCHED_NANOS
        : MAX_SLEEP_NANOS;
  }

  private boolean isUnwatched(long now) {
    PollerSet pollers = scheduler.pollers;
    if (!pollers.isUnattended()) {
      return false;
    }
    boolean atOnce = pollers.isShared() && !pollers.isWatchingUseless();
    return atOnce || now - pollers.lastPoll() > UNWATCHED_NANOS;
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
      scheduler.assigner.wake(processor);
    }
    if (now - watch.since() < TIME_SLICE_NANOS) {
      return false;
    }
    LongSlices.tell(machine.getName());
    if (!isNeeded(processor)) {
      return false;
    }
    if (!scheduler.assigner.hasMachineToSpare()) {
      scheduler.starter.countLimitHit();
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
      scheduler.assigner.handOff(processor);
    }
    machine.reportHandoff(false);
    return true;
  }

  /** Catches exceptions, because a failing poller must not prevent the handoff. */
  private static void pollOnBehalf(Processor processor) {
    try {
      processor.claim.pollOnBehalf();
    } catch (Throwable e) {
      FailureLog.write(POLL_FAILED, e);
    }
  }

  /**
   * Allocates a watch for a machine that loses its processor, and a place in the list. Returns
   * {@code null} without memory: the machine then keeps its CPU priority.
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
   * Reports whether work waits for the processor, or no other machine is available for new work.
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
   * Checks a machine that lost its processor while it waited in the kernel, and may begin to use
   * the CPU. Returns true when the watch ends: the goroutine has stopped, or its priority is
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
