package dev.weft.internal.sched;

import dev.weft.internal.sync.StackProbe;
import dev.weft.internal.sys.Jdk;
import dev.weft.internal.track.MachineState;
import dev.weft.internal.track.ProcessorState;
import dev.weft.internal.track.RunTimes;
import dev.weft.stats.LatencyCounts;
import dev.weft.stats.SchedulerKind;
import dev.weft.stats.SchedulerStats;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Weft's scheduler: the state that processors share, and how a ready goroutine gets to one of them.
 *
 * <p>The JDK hands every virtual thread that becomes ready to {@link #execute}: from the goroutine
 * that woke it, from a machine that polls or yields, from the JDK's timer and unblocker threads,
 * from anywhere. That call must never throw (the goroutine would be lost), never wait and never run
 * the task itself; the caller is pinned meanwhile.
 *
 * <p><b>No task is lost.</b> A thread that queues a task does so with a compare-and-set and then
 * looks for idle processors and searching machines ({@link #wake}); a machine that goes idle
 * publishes that, stops counting as searching, and only then looks at all queues once more.
 * Whichever comes second sees the other. The queueing thread wakes no machine while one is
 * searching, since the last one to stop searching looks again.
 */
public final class GmpScheduler extends Scheduler implements Executor {
  static {
    FailureLog.resolve(Throwable.class, OutOfMemoryError.class, Math.class);
  }

  private static final String READYING_FAILED =
      FailureLog.message("making a goroutine ready failed");

  private static final long FIRST_REFUSAL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long LONGEST_REFUSAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long FIRST_MACHINE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long FIRST_MACHINE_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  final int machineLimit;
  final PollerSet pollers;
  final Processor[] processors;
  final GlobalQueue global = new GlobalQueue();
  final IdleProcessors idleProcessors;
  final IdleMachines idleMachines = new IdleMachines();
  final AtomicInteger searchers = new AtomicInteger();
  final Sysmon sysmon;
  private final Consumer<Machine> starter;
  private final AtomicInteger machineCount = new AtomicInteger();

  // Written by sysmon: when the system last refused to start a thread, and the pause before the
  // next try.
  private volatile long refusedAt;
  private volatile long refusedFor;

  private final AtomicLong machineLimitHits = new AtomicLong();
  private final LongAdder createdElsewhere = new LongAdder();
  private final LongAdder finishedElsewhere = new LongAdder();

  final MachineList machines = new MachineList();
  private final ThreadFactory goroutines = Jdk.virtualThreadsOn(this);

  /**
   * @param processorCount how many goroutines run at once
   * @param machineLimit the maximum number of threads, including those with a goroutine that
   *     computes or blocks
   */
  public GmpScheduler(int processorCount, int machineLimit, Netpoll netpoll) {
    this(processorCount, machineLimit, netpoll, Machine::start);
    awaitFirstMachine();
  }

  /**
   * @param starter starts a machine's thread; fails with an OutOfMemoryError when the system has
   *     none
   */
  GmpScheduler(int processorCount, int machineLimit, Netpoll netpoll, Consumer<Machine> starter) {
    this.starter = starter;
    this.machineLimit = machineLimit;
    pollers = new PollerSet(netpoll, processorCount);
    processors = new Processor[processorCount];
    for (int i = 0; i < processorCount; i++) {
      processors[i] = new Processor(i, pollers.of(i), this::earlierTimer);
    }
    idleProcessors = new IdleProcessors(processors);
    for (Processor processor : processors) {
      idleProcessors.put(processor);
    }
    FailureLog.prepare();
    rehearse();
    sysmon = new Sysmon(this);
    sysmon.start();
  }

  /**
   * Makes the JVM link the code that moves tasks and ends machines. A call's first run takes
   * memory, and this code must also work while the heap is full.
   */
  private void rehearse() {
    Runnable task = () -> {};
    Processor processor = processors[0];
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
    machines.rehearse();
    global.rehearse();
    new TimedGoroutine(this, new RunTimes()).rehearse();
    while (global.poll() != null) {
      // until the initial state is restored
    }
  }

  /**
   * Waits until a machine has run a task and waits for events, unless the system refuses to start
   * its thread. The code that every machine runs is then loaded and linked before goroutines can
   * fill the heap: a class whose initialization fails cannot be used any more.
   */
  private void awaitFirstMachine() {
    AtomicBoolean ran = new AtomicBoolean();
    execute(() -> ran.set(true));
    long begin = System.nanoTime();
    while (!(ran.get() && pollers.isWatched())
        && refusedFor == 0
        && System.nanoTime() - begin < FIRST_MACHINE_NANOS) {
      LockSupport.parkNanos(FIRST_MACHINE_PAUSE_NANOS);
    }
  }

  private void earlierTimer(long when) {
    pollers.earlierTimer(when);
    noticeFailures();
  }

  /** Makes sysmon, which may be resting, repeat the failed calls of a poller. */
  void noticeFailures() {
    if (pollers.needRetry()) {
      sysmon.lookAtOnce();
    }
  }

  @Override
  public SchedulerKind kind() {
    return SchedulerKind.GMP;
  }

  // Goroutines

  @Override
  Thread newThread(Runnable body, @Nullable RunTimes times) {
    BubbleScheduler bubble = Clock.bubble();
    if (bubble != null) {
      return bubble.newThread(body);
    }
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
      return goroutines.newThread(counted);
    }
    TimedGoroutine timed = new TimedGoroutine(this, times);
    Thread thread = Jdk.virtualThreadOn(timed, counted);
    timed.startsAs(thread);
    return thread;
  }

  private void count(Counter counter, LongAdder elsewhere) {
    Machine machine = currentMachine();
    if (machine != null) {
      machine.counters.increment(counter);
    } else {
      elsewhere.increment();
    }
  }

  private @Nullable Machine currentMachine() {
    return Jdk.currentCarrier() instanceof Machine machine && machine.scheduler == this
        ? machine
        : null;
  }

  @Override
  public void execute(Runnable task) {
    try {
      if (!StackProbe.hasRoomToReady()) {
        // A stack overflow in a later call would leave a claimed machine or processor behind.
        queueWithoutWaking(task);
      } else if (queue(task)) {
        wake(null);
      }
    } catch (Throwable e) {
      // The JDK would lose the goroutine if this threw. A task that is queued twice runs once,
      // because the virtual thread is not ready the second time.
      FailureLog.write(READYING_FAILED, e);
      queueWithoutWaking(task);
    }
  }

  private void queueWithoutWaking(Runnable task) {
    global.add(task);
    sysmon.lookAtOnce();
  }

  /** Queues the task in the right queue; returns true if the caller must wake a machine. */
  private boolean queue(Runnable task) {
    Thread carrier = Jdk.currentCarrier();
    if (!(carrier instanceof Machine machine) || machine.scheduler != this) {
      global.add(task);
      return true;
    }
    Processor processor = machine.ownProcessor();
    if (processor == null) {
      global.add(task);
    } else {
      if (Thread.currentThread() != carrier) {
        processor.readyNext(task, global);
        if (canWake() && processor.throttle.pass()) {
          wake(processor);
        }
      } else {
        machine.readyLast(task, processor);
      }
      if (processor.isOwnedBy(machine)) {
        return false; // A machine that takes the processor later than this finds the task there.
      }
      processor.drainTo(global);
    }
    if (machine.isLowered()) {
      // A thread with lowered priority may be descheduled for long while it holds claims.
      sysmon.lookAtOnce();
      return false;
    }
    return true;
  }

  @Override
  public boolean enterBlocking() {
    Machine machine = Thread.currentThread().isVirtual() ? currentMachine() : null;
    return machine != null && machine.enterBlocking();
  }

  @Override
  public void exitBlocking() {
    Machine machine = Thread.currentThread().isVirtual() ? currentMachine() : null;
    // The goroutine may have parked meanwhile and now be on another machine, which then has a
    // processor.
    if (machine != null && !machine.exitBlocking()) {
      try {
        Thread.yield(); // queues the goroutine; the machine goes idle
      } catch (OutOfMemoryError e) {
        // No memory for its frames: it continues without a processor until it parks or ends.
      }
    }
  }

  // Idle processors and machines

  /**
   * Makes the processor idle; the caller holds it, and no machine has it. Queued requests are
   * submitted first, because later requests are submitted by the threads that queue them.
   */
  void putIdle(Processor processor) {
    try {
      processor.claim.poller.submit();
    } finally {
      idleProcessors.put(processor);
    }
  }

  boolean hasQueuedWork() {
    if (!global.isEmpty()) {
      return true;
    }
    for (Processor processor : processors) {
      if (!processor.queue.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private boolean canWake() {
    return searchers.get() == 0 && idleProcessors.any();
  }

  /**
   * Makes a machine search if a processor is idle and no machine searches already.
   *
   * @param origin the processor whose task is the reason; its {@link WakeThrottle} learns whether
   *     the search found work
   * @return whether a further machine will search
   */
  boolean wake(@Nullable Processor origin) {
    if (!canWake()) {
      return false;
    }
    while (canWake() && searchers.compareAndSet(0, 1)) {
      Processor processor = idleProcessors.take();
      if (processor != null) {
        boolean started = false;
        try {
          started = start(processor, true, origin);
        } finally {
          if (!started && processor.owner() == null) {
            idleProcessors.put(processor);
            searchers.decrementAndGet();
          }
        }
        return started;
      }
      searchers.decrementAndGet();
      if (!hasQueuedWork()) {
        return false;
      }
      // A thread may have queued a task meanwhile and relied on the search; if a processor went
      // idle before that, look again.
    }
    return false;
  }

  /**
   * Gives {@code processor}, which the caller holds, to a machine; returns false if the limit of
   * machines is reached.
   *
   * <p>It prefers the machine that waits in the processor's own poller, then a parked machine,
   * because neither leaves events unattended. Starting a thread costs more than taking the machine
   * from the shared poller, which other machines poll as well. A machine that waits in another
   * processor's poller is taken last, because that processor's events would have no machine.
   */
  boolean start(Processor processor, boolean searching, @Nullable Processor origin) {
    boolean started = tryStart(processor, searching, origin);
    if (started) {
      noticeFailures();
    }
    return started;
  }

  private boolean tryStart(Processor processor, boolean searching, @Nullable Processor origin) {
    PollerClaim own = processor.claim;
    if (!own.isShared() && grantToWaiter(own, processor, searching, origin)) {
      return true;
    }
    Machine parked = idleMachines.pop();
    if (parked != null) {
      parked.grant(processor, searching, origin);
      return true;
    }
    if (own.isShared()) {
      return grantToWaiter(own, processor, searching, origin)
          || startNew(processor, searching, origin);
    }
    if (startNew(processor, searching, origin)) {
      return true;
    }
    for (PollerClaim other; (other = pollers.anyWaitedIn()) != null; ) {
      if (grantToWaiter(other, processor, searching, origin)) {
        return true;
      }
    }
    return false;
  }

  private boolean grantToWaiter(
      PollerClaim claim, Processor processor, boolean searching, @Nullable Processor origin) {
    Machine machine = claim.claim();
    if (machine == null) {
      return false;
    }
    machine.grant(processor, searching, origin);
    claim.poller.wakeup();
    return true;
  }

  /** Gives a processor that its owner no longer holds to another machine, or makes it idle. */
  void handOff(Processor processor) {
    if ((processor.hasWork() || !global.isEmpty() || pollers.isUnattended())
        && start(processor, false, null)) {
      return;
    }
    leaveIdle(processor);
    if (!global.isEmpty()) {
      wake(null);
    }
  }

  /** Empties the queues of a processor that becomes idle, because they are not searched. */
  private void leaveIdle(Processor processor) {
    processor.drainTo(global);
    processor.claim.vacate();
    putIdle(processor);
  }

  private boolean startNew(Processor processor, boolean searching, @Nullable Processor origin) {
    if (System.nanoTime() - refusedAt < refusedFor) {
      machineLimitHits.incrementAndGet();
      return false;
    }
    if (machineCount.incrementAndGet() > machineLimit) {
      machineCount.decrementAndGet();
      machineLimitHits.incrementAndGet();
      return false;
    }
    processor.wantedSearching = searching;
    processor.wantedOrigin = origin;
    sysmon.startMachine(processor);
    return true;
  }

  /** Starts the machine that {@link #startNew} has requested. Called by sysmon; never throws. */
  void newMachine(Processor processor) {
    boolean searching = processor.wantedSearching;
    Processor origin = processor.wantedOrigin;
    processor.wantedOrigin = null;
    Machine machine = null;
    try {
      machine = new Machine(this, processor, searching, origin);
      machines.add(machine);
      starter.accept(machine);
      refusedFor = 0;
    } catch (Throwable e) {
      // The system refuses the thread, or there is no memory for it; queued tasks wait for the
      // existing machines. An attempt takes milliseconds, so the pause between attempts grows.
      refusedFor = Math.clamp(2 * refusedFor, FIRST_REFUSAL_NANOS, LONGEST_REFUSAL_NANOS);
      refusedAt = System.nanoTime();
      if (searching) {
        searchers.decrementAndGet();
      }
      machineLimitHits.incrementAndGet();
      if (machine != null) {
        processor.release(machine);
        forget(machine);
      } else {
        machineCount.decrementAndGet();
      }
      leaveIdle(processor);
    }
  }

  /** Removes {@code machine}, which ends. */
  void forget(Machine machine) {
    machines.remove(machine);
    machineCount.decrementAndGet();
  }

  List<Machine> machines() {
    return machines.all();
  }

  int machineCount() {
    return machineCount.get();
  }

  /** Reports whether a machine could take over a processor. */
  boolean hasMachineToSpare() {
    return machineCount.get() < machineLimit || idleMachines.any() || pollers.anyWaitedIn() != null;
  }

  void countMachineLimitHit() {
    machineLimitHits.incrementAndGet();
  }

  @Override
  public void yieldNow() {
    Thread.yield();
  }

  // Timers

  @Override
  public TimerHeap timers() {
    Machine machine = currentMachine();
    Processor processor = machine == null ? null : machine.ownProcessor();
    if (processor == null) {
      BubbleScheduler bubble = Clock.bubble();
      if (bubble != null) {
        return bubble.timers();
      }
      processor = processors[(int) (Thread.currentThread().threadId() % processors.length)];
    }
    return processor.timers;
  }

  /** Returns when the next timer of any processor is due. */
  long earliestTimer() {
    long earliest = TimerHeap.NEVER;
    for (Processor processor : processors) {
      earliest = Math.min(earliest, processor.timers.earliest());
    }
    return earliest;
  }

  @Override
  public List<ProcessorState> processorStates() {
    return Arrays.stream(processors).map(Processor::state).toList();
  }

  @Override
  public List<MachineState> machineStates() {
    return machines().stream().map(machine -> machine.state(processors)).toList();
  }

  @Override
  public SchedulerStats stats() {
    MachineList.Totals totals = machines.totals();
    long[] counts = totals.counts;
    List<Machine> alive = totals.alive;
    int queued = global.size();
    int runnable = queued;
    int timers = 0;
    for (Processor processor : processors) {
      runnable += processor.queued();
      timers += processor.timers.size();
    }
    return new SchedulerStats(
        new SchedulerStats.Goroutines(
            counts[Counter.CREATED.ordinal()] + createdElsewhere.sum(),
            counts[Counter.FINISHED.ordinal()] + finishedElsewhere.sum(),
            runnable,
            queued),
        new SchedulerStats.Processors(
            processors.length,
            idleProcessors.count(),
            counts[Counter.SLICES.ordinal()],
            counts[Counter.STEALS.ordinal()],
            sysmon.handoffs(),
            counts[Counter.BLOCKING_CALLS.ordinal()]),
        new SchedulerStats.Machines(
            alive.size(),
            (int) alive.stream().filter(Machine::isLowered).count(),
            machineLimit,
            machineLimitHits.get(),
            counts[Counter.WAKES.ordinal()],
            counts[Counter.PARKS.ordinal()]),
        new SchedulerStats.Polls(
            counts[Counter.POLLS.ordinal()],
            counts[Counter.POLL_WAITS.ordinal()],
            counts[Counter.POLL_EVENTS.ordinal()]),
        CallCounts.read(),
        timers,
        new LatencyCounts(totals.waits));
  }
}
