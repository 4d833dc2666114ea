package dev.weft.internal.sched;

import dev.weft.internal.sched.netpoll.Netpoll;
import dev.weft.internal.sched.queue.GlobalQueue;
import dev.weft.internal.sync.FailureLog;
import dev.weft.internal.sync.StackProbe;
import dev.weft.internal.sys.Jdk;
import dev.weft.internal.timer.TimerHeap;
import dev.weft.internal.track.MachineState;
import dev.weft.internal.track.ProcessorState;
import dev.weft.internal.track.RunTimes;
import dev.weft.stats.SchedulerKind;
import dev.weft.stats.SchedulerStats;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Weft's scheduler: the state that processors share, and how a ready goroutine gets to one of them.
 *
 * <p>The JDK hands every virtual thread that becomes ready to {@link #execute}: from the goroutine
 * that woke it, from a machine that polls or yields, from the JDK's timer and unblocker threads,
 * from anywhere. That call must never throw (the goroutine would be lost), never wait and never run
 * the task itself; the caller is pinned meanwhile. Which machine then runs the task, and why none
 * is overlooked, is in {@link ProcessorAssigner}.
 */
public final class GmpScheduler extends Scheduler implements Executor {
  static {
    FailureLog.resolve(Throwable.class, OutOfMemoryError.class);
  }

  private static final String READY_FAILED = FailureLog.message("making a goroutine ready failed");

  final PollerSet pollers;
  final Processor[] processors;
  final CoarseClock clock = new CoarseClock();
  final GlobalQueue global = new GlobalQueue();
  final IdleProcessors idleProcessors;
  final IdleMachines idleMachines = new IdleMachines();

  /** How many machines look for work of other processors. */
  final AtomicInteger searchers = new AtomicInteger();

  final MachineList machines = new MachineList();
  final MachineStarter starter;
  final ProcessorAssigner assigner;
  final Sysmon sysmon;
  private final GoroutineFactory goroutines;

  /**
   * @param processorCount how many goroutines run at once
   * @param machineLimit the maximum number of threads, including those with a goroutine that
   *     computes or blocks
   */
  public GmpScheduler(int processorCount, int machineLimit, Netpoll netpoll) {
    this(processorCount, machineLimit, netpoll, Machine::start);
    Warmup.awaitFirstMachine(this);
  }

  /**
   * @param threadStarter starts a machine's thread; fails with an OutOfMemoryError when the system
   *     has none
   */
  GmpScheduler(
      int processorCount, int machineLimit, Netpoll netpoll, Consumer<Machine> threadStarter) {
    pollers = new PollerSet(netpoll, processorCount);
    processors = new Processor[processorCount];
    for (int i = 0; i < processorCount; i++) {
      processors[i] = new Processor(i, pollers.of(i), this::earlierTimer);
    }
    idleProcessors = new IdleProcessors(processors);
    for (Processor processor : processors) {
      idleProcessors.put(processor);
    }
    starter = new MachineStarter(this, machineLimit, threadStarter);
    assigner = new ProcessorAssigner(this);
    goroutines = new GoroutineFactory(this);
    Warmup.moveTasks(this);
    sysmon = new Sysmon(this);
    sysmon.start();
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
    return bubble == null ? goroutines.newThread(body, times) : bubble.newThread(body);
  }

  @Nullable Machine currentMachine() {
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
        assigner.wakeForGlobalQueue();
      }
    } catch (Throwable e) {
      // The JDK would lose the goroutine if this threw. A task that is queued twice runs once,
      // because the virtual thread is not ready the second time.
      FailureLog.write(READY_FAILED, e);
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
        if (assigner.canWake() && processor.throttle.pass()) {
          assigner.wake(processor);
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

  @Override
  public void yieldNow() {
    Thread.yield();
  }

  // Blocking calls

  @Override
  public boolean enterBlocking() {
    Machine machine = Thread.currentThread().isVirtual() ? currentMachine() : null;
    return machine != null && machine.blocking.enter();
  }

  @Override
  public void exitBlocking() {
    Machine machine = Thread.currentThread().isVirtual() ? currentMachine() : null;
    // The goroutine may have parked meanwhile and now be on another machine, which then has a
    // processor.
    if (machine != null && !machine.blocking.exit()) {
      try {
        Thread.yield(); // queues the goroutine; the machine goes idle
      } catch (OutOfMemoryError e) {
        // No memory for its frames: it continues without a processor until it parks or ends.
      }
    }
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

  // What tools and users see

  @Override
  public List<ProcessorState> processorStates() {
    return Arrays.stream(processors).map(Processor::state).toList();
  }

  @Override
  public List<MachineState> machineStates() {
    return machines.all().stream().map(machine -> machine.state(processors)).toList();
  }

  @Override
  public SchedulerStats stats() {
    return StatsReader.read(this, goroutines);
  }

  /** Returns what {@code jcmd Thread.vthread_scheduler} prints under the agent. */
  @Override
  public String toString() {
    SchedulerStats stats = stats();
    return String.format(
        "dev.weft[processors = %d, idle = %d, machines = %d, running = %d, queued = %d, "
            + "slices = %d, steals = %d, handoffs = %d, at thread limit = %d, ready to running %s]",
        stats.processors().total(),
        stats.processors().idle(),
        stats.machines().alive(),
        machineStates().stream().filter(MachineState::inGoroutine).count(),
        stats.goroutines().runnable(),
        stats.processors().slices(),
        stats.processors().steals(),
        stats.processors().handoffs(),
        stats.machines().limitHits(),
        stats.readyToRunning());
  }
}
