package dev.weft.chan;

import dev.weft.chan.Selector.Clause;
import dev.weft.internal.sched.Clock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The rounds of a select: each carries out at most one of the clauses. A {@link Selector} extends
 * this class, as a channel does its lock, so that a round needs no further object.
 *
 * <p>The algorithm is that of Go's {@code runtime/select.go}: the channels are locked in a global
 * order, and either a ready clause is carried out, or a waiter is queued for each. The goroutine
 * that then finds one of these waiters first must win the selector itself with a compare-and-set.
 * Unlike Go, a round first looks at the channels without their locks, and takes one lock alone if a
 * clause looks ready.
 *
 * <pre>
 *   look, without locks --ready--> lock that channel, carry out --done--> end
 *   else lock all in order --ready--> carry out, unlock --> end
 *   else queue a waiter for each, unlock, park
 *   decided: null --compare-and-set--> the waiter of the clause that a channel's partner carries out
 *                                  or  ABANDONED, by the selecting thread: interrupt, time-out, failure
 *   take the other waiters out of their queues --> end
 * </pre>
 */
abstract class SelectRound {
  /** In {@link #decided}: the waiting thread itself gave up. */
  private static final Waiter ABANDONED = Waiter.none();

  private static final HChan<?>[] NO_LOCKS = {};
  private static final VarHandle DECIDED;

  static {
    try {
      DECIDED = MethodHandles.lookup().findVarHandle(SelectRound.class, "decided", Waiter.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private Clause[] clauses = new Clause[2];
  private int size;

  /**
   * The channels of all clauses, each once, in the order of their ids; null if yet to be computed.
   */
  private HChan<?> @Nullable [] lockOrder = NO_LOCKS;

  /** The waiter of the clause that won this round; null while that is open. Set once a round. */
  private @Nullable Waiter decided;

  private long randomState;

  SelectRound() {}

  final <C extends Clause> C add(C clause) {
    if (size == clauses.length) {
      clauses = Arrays.copyOf(clauses, 2 * size);
    }
    clauses[size++] = clause;
    lockOrder = null;
    return clause;
  }

  private HChan<?>[] lockOrder() {
    HChan<?>[] order = lockOrder;
    if (order == null) {
      order = LockOrder.of(clauses, size);
      lockOrder = order;
    }
    return order;
  }

  // ---- Without waiting

  /**
   * Carries out a clause that is ready, if any. If none is and the caller will wait, queues them
   * all.
   */
  final @Nullable Clause tryNow(boolean mayWait) {
    Clause chosen = pickReady(false);
    if (chosen != null) {
      HChan<?> channel = chosen.channel;
      channel.lock();
      boolean done = chosen.tryLocked();
      Thread wake = channel.takeWake();
      channel.unlock();
      LockSupport.unpark(wake);
      if (done) {
        return chosen;
      }
    }
    return tryLocked(lockOrder(), mayWait);
  }

  private @Nullable Clause tryLocked(HChan<?>[] locks, boolean mayWait) {
    seed();
    if (mayWait) {
      prepareToWait();
    }
    for (HChan<?> channel : locks) {
      channel.lock();
    }
    // A waiter that is claimable when looked at may be won through another channel before it is
    // claimed.
    Clause chosen = pickReady(true);
    while (chosen != null && !chosen.tryLocked()) {
      chosen = pickReady(true);
    }
    Thread wake = chosen == null ? null : chosen.channel.takeWake();
    if (chosen == null && mayWait) {
      enqueue();
    }
    for (int i = locks.length - 1; i >= 0; i--) {
      locks[i].unlock();
    }
    LockSupport.unpark(wake);
    return chosen;
  }

  /** Chooses among the clauses that are ready, each with the same probability. */
  private @Nullable Clause pickReady(boolean locked) {
    Clause chosen = null;
    int ready = 0;
    for (int i = 0; i < size; i++) {
      Clause clause = clauses[i];
      if (clause.takesPart() && (locked ? clause.isReadyLocked() : clause.looksReady())) {
        // The k-th replaces the choice with probability 1/k, so that in the end all were equally
        // likely.
        ready++;
        if (ready == 1 || random(ready) == 0) {
          chosen = clause;
        }
      }
    }
    return chosen;
  }

  /** A random number below the bound, from a generator of Marsaglia's xorshift family. */
  private int random(int bound) {
    seed();
    long x = randomState;
    x ^= x << 13;
    x ^= x >>> 7;
    x ^= x << 17;
    randomState = x;
    return (int) (((x >>> 32) * bound) >>> 32);
  }

  private void seed() {
    if (randomState == 0) {
      randomState = ThreadLocalRandom.current().nextLong() | 1;
    }
  }

  // ---- Waiting

  /** Allocates what the clauses need to wait, before the locks are taken. */
  private void prepareToWait() {
    for (int i = 0; i < size; i++) {
      if (clauses[i].takesPart()) {
        clauses[i].prepareToWait();
      }
    }
  }

  private void enqueue() {
    decided = null;
    Thread self = Thread.currentThread();
    for (int i = 0; i < size; i++) {
      Clause clause = clauses[i];
      clause.queued = clause.takesPart();
      if (clause.queued) {
        clause.waiter.rearm(self, clause.valueToSend());
        clause.queue().add(clause.waiter);
      }
    }
  }

  final int size() {
    return size;
  }

  final @Nullable Clause awaitDecision(boolean timed, long deadline) throws InterruptedException {
    boolean interrupted = false;
    Waiter blocker = size == 0 ? ABANDONED : clauses[0].waiter;
    try {
      startTimers();
      while (!isDecided()) {
        if (timed) {
          long remaining = deadline - Clock.nanoTime();
          if (remaining <= 0) {
            decide(ABANDONED);
            break;
          }
          Clock.parkNanos(blocker, remaining);
        } else {
          LockSupport.park(blocker);
        }
        if (!isDecided() && Thread.interrupted()) {
          interrupted = true;
          decide(ABANDONED);
        }
      }
    } catch (VirtualMachineError e) {
      if (decide(ABANDONED)) {
        throw e;
      }
      // A clause was carried out first and counts.
    } finally {
      dequeue();
    }
    if (decided != ABANDONED) {
      if (interrupted) {
        // A clause won the race against the interrupt, which is now for the next operation that
        // blocks.
        Thread.currentThread().interrupt();
      }
      return winner();
    }
    if (interrupted) {
      throw new InterruptedException(
          "interrupted while waiting in a select of " + size + " clauses");
    }
    return null;
  }

  /** Settles this round in favour of the waiter's clause; returns whether that came in time. */
  final boolean decide(Waiter waiter) {
    return DECIDED.compareAndSet(this, null, waiter);
  }

  final boolean isDecided() {
    return DECIDED.getAcquire(this) != null;
  }

  /**
   * Takes the losing waiters out of their queues. As each channel's lock is taken in turn, no other
   * goroutine still works on a waiter of this round afterwards, and the winner has been completed.
   */
  private void dequeue() {
    for (int i = 0; i < size; i++) {
      Clause clause = clauses[i];
      if (clause.queued) {
        clause.queued = false;
        if (clause.waiter != decided || clause.waiter.status() == Waiter.WAITING) {
          clause.channel.remove(clause.waiter, clause.queue());
        }
        if (clause.waiter != decided) {
          clause.waiter.item = null; // The value may go by another round, or never.
        }
        if (clause.timerStarted) {
          clause.timerStarted = false;
          clause.channel.stopTimer();
        }
      }
    }
  }

  private void startTimers() {
    for (int i = 0; i < size; i++) {
      if (clauses[i].queued) {
        clauses[i].channel.startTimer();
        clauses[i].timerStarted = true;
      }
    }
  }

  private Clause winner() {
    for (int i = 0; i < size; i++) {
      Clause clause = clauses[i];
      if (clause.waiter == decided) {
        clause.takeOutcome();
        return clause;
      }
    }
    throw new AssertionError("a select was decided in favour of a clause that it does not have");
  }
}
