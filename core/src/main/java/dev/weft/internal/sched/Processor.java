package dev.weft.internal.sched;

import dev.weft.internal.track.ProcessorState;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * P: the right to run goroutines, with the queue of those that are ready and the timers they set.
 * There are {@code weft.procs} of them.
 *
 * <p>The machine that may run goroutines on it is one word, {@code owner}:
 *
 * <pre>
 *   null     idle (its bit in {@link IdleProcessors} is set), or in the hands of the one thread that just took it from there
 *            or from its owner, and is about to give it to a machine
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
 * processor meanwhile. Everything else here (queue, next, timers) tolerates a machine that has not
 * noticed yet.
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
   * How many times in a row {@code next} may go before the ring: two goroutines that wake each
   * other would otherwise keep the rest of the queue waiting for ever. (Go bounds this by letting
   * the pair share one time slice, and preempting it.)
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

  /** For waiting times that are not counted: what is drained is still waiting. */
  private final LatencyHistogram unread = new LatencyHistogram();

  // The request to sysmon for a machine that takes this processor: written by the thread that holds
  // it, so there is one at most, and it needs no memory.
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

  /** Only by the thread that holds the ownerless processor. */
  void adopt(Machine machine) {
    claim.adopt(machine);
    owner = machine;
  }

  /** Takes the processor from {@code machine}; false when another thread did first. */
  boolean release(Machine machine) {
    return OWNER.compareAndSet(this, machine, null);
  }

  /**
   * Makes {@code task} run as soon as the current goroutine stops: it was just woken by it, and
   * what they share is in the cache. The task that was to run next before goes to the end of the
   * queue.
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
   * Queues a task whose goroutine has just run and could go on. It goes behind what waits in the
   * global queue: in the ring it would come back to the place it has left, and while all places are
   * taken in this way, nothing moves from the global queue into the ring.
   *
   * @return whether the ring has taken it
   */
  boolean readyAgain(Runnable task, GlobalQueue global) {
    if (global.isEmpty() && queue.offer(task)) {
      return true;
    }
    global.add(task);
    return false;
  }

  /** The task to run now, or {@code null}. Only by the owner. */
  @Nullable Runnable take(LatencyHistogram waits, GlobalQueue overflow) {
    if (next != null) {
      Runnable task = (Runnable) NEXT.getAndSet(this, null);
      if (task != null) {
        if (nextInARow < MAX_NEXT_IN_A_ROW) {
          nextInARow++;
          return task;
        }
        if (queue.isEmpty()) {
          return task; // Not counted: a pair without other goroutines may go on for years.
        }
        readyAgain(task, overflow);
      }
    }
    nextInARow = 0;
    return queue.poll(waits);
  }

  @Nullable Runnable peekNext() {
    return next;
  }

  /** Takes the next task away, if it is still {@code expected}. */
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

  /** How many goroutines wait here. */
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
