package dev.weft.internal.sched;

import dev.weft.internal.sched.queue.GlobalQueue;
import dev.weft.internal.sched.queue.LatencyHistogram;
import dev.weft.internal.sched.queue.RunQueue;
import dev.weft.internal.timer.TimerHeap;
import dev.weft.internal.track.ProcessorState;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * P: the right to run goroutines, with a queue of ready goroutines and a heap of timers. There are
 * {@code weft.procs} processors.
 *
 * <p>The machine that may run goroutines on it is one word, {@code owner}:
 *
 * <pre>
 *   null     idle (its bit in {@link IdleProcessors} is set), or held by the one thread that took it from there or from its owner, and is about to give it to a machine
 *   machine  that machine runs goroutines on it
 *
 *   null --adopt, by the thread that holds it--> machine
 *   machine --release, by the machine--> null        (it goes idle, or gives the processor up for a blocking call)
 *   machine --release, by sysmon--> null             (the machine has held one goroutine for a whole time slice, or its
 *                                                     thread could not be started)
 * </pre>
 *
 * Every release is a compare-and-set, so exactly one wins, and the winner holds the processor. A
 * machine therefore looks at {@code owner} after every slice, and may find that it has lost its
 * processor meanwhile. All other state (queue, next, timers) tolerates a machine that has not
 * noticed that yet.
 */
final class Processor {
  private static final VarHandle OWNER;
  private static final VarHandle NEXT;

  static {
    try {
      var lookup = MethodHandles.lookup();
      OWNER = lookup.findVarHandle(Processor.class, "owner", Machine.class);
      NEXT = lookup.findVarHandle(Processor.class, "next", Runnable.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * How many consecutive times {@code next} runs before the run queue: two goroutines that wake
   * each other would otherwise starve the queue. (Go bounds this by letting the pair share one time
   * slice, and preempting it.)
   */
  private static final int MAX_NEXT_IN_A_ROW = 16;

  final int id;

  /** The poller with this processor's events. */
  final PollerClaim claim;

  final RunQueue queue = new RunQueue();
  final TimerHeap timers;
  final WakeThrottle throttle = new WakeThrottle();
  private volatile @Nullable Runnable next;
  private volatile @Nullable Machine owner;

  private int nextInARow;

  /** Takes the waiting times that are not counted, because drained tasks are still waiting. */
  private final LatencyHistogram unread = new LatencyHistogram();

  // The request to sysmon for a machine that takes this processor. It is written by the thread that
  // holds the processor, so there is at most one, and it needs no memory.
  boolean wantedSearching;
  @Nullable Processor wantedOrigin;
  @Nullable Processor nextWanted;

  Processor(int id, PollerClaim claim, TimerHeap.Listener timerListener) {
    this.id = id;
    this.claim = claim;
    timers = new TimerHeap(timerListener);
  }

  @Nullable Machine owner() {
    return owner;
  }

  boolean isOwnedBy(Machine machine) {
    return owner == machine;
  }

  /** Called only by the thread that holds the ownerless processor. */
  void adopt(Machine machine) {
    claim.adopt(machine);
    owner = machine;
  }

  /**
   * Takes the processor from {@code machine}; returns false when another thread has taken it
   * before.
   */
  boolean release(Machine machine) {
    return OWNER.compareAndSet(this, machine, null);
  }

  /**
   * Makes {@code task} run as soon as the current goroutine stops, which has just woken it and
   * whose data is in the cache. The task that was {@code next} before goes to the end of the queue.
   */
  void readyNext(Runnable task, GlobalQueue overflow) {
    Runnable displaced = (Runnable) NEXT.getAndSet(this, task);
    if (displaced != null) {
      readyLast(displaced, overflow);
    }
  }

  void readyLast(Runnable task, GlobalQueue overflow) {
    if (!queue.offer(task)) {
      overflow.add(task);
    }
  }

  /**
   * Queues a task whose goroutine has yielded. It goes behind the tasks in the global queue: in the
   * run queue it would take the place it has just left, and while all places are taken so, no task
   * moves from the global queue into the run queue.
   *
   * @return whether it is in the run queue
   */
  boolean readyAgain(Runnable task, GlobalQueue global) {
    if (global.isEmpty() && queue.offer(task)) {
      return true;
    }
    global.add(task);
    return false;
  }

  /** Returns the task to run now, or {@code null}. Called only by the owner. */
  @Nullable Runnable take(LatencyHistogram waits, GlobalQueue overflow) {
    Runnable task = takeNext(overflow);
    return task == null ? queue.poll(waits) : task;
  }

  /**
   * Returns the task that the last goroutine has woken, unless it is the turn of those behind it,
   * or {@code null}. Called only by the owner.
   */
  @Nullable Runnable takeNext(GlobalQueue overflow) {
    if (next != null) {
      Runnable task = (Runnable) NEXT.getAndSet(this, null);
      if (task != null) {
        if (nextInARow < MAX_NEXT_IN_A_ROW) {
          nextInARow++;
          return task;
        }
        if (queue.isEmpty()) {
          return task; // Not counted, because a pair without other goroutines may run for years.
        }
        readyAgain(task, overflow);
      }
    }
    nextInARow = 0;
    return null;
  }

  @Nullable Runnable peekNext() {
    return next;
  }

  /** Takes the task in {@code next}, if it is still {@code expected}. */
  boolean stealNext(Runnable expected) {
    return NEXT.compareAndSet(this, expected, null);
  }

  /** Moves all queued tasks to the global queue, where every machine looks. */
  void drainTo(GlobalQueue global) {
    Runnable task = (Runnable) NEXT.getAndSet(this, null);
    while (task != null || (task = queue.poll(unread)) != null) {
      global.add(task);
      task = null;
    }
  }

  /** Returns how many goroutines wait here. */
  int queued() {
    return queue.size() + (next == null ? 0 : 1);
  }

  ProcessorState state() {
    Machine machine = owner;
    return new ProcessorState(
        id, machine == null ? null : machine.getName(), queued(), timers.size());
  }

  boolean hasWork() {
    return next != null || !queue.isEmpty();
  }
}
