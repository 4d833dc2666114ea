package dev.weft.chan;

import dev.weft.internal.sched.Blocker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A thread's place in one queue of one channel: what Go calls a sudog.
 *
 * <p>A plain send or receive waits in one place; a select waits in one place per clause, which
 * share a {@link SelectRound}. The life of a waiter:
 *
 * <pre>
 *             enqueue                 claim                  complete
 *   (idle) ------------> WAITING ----------------> (claimed) ----------> DELIVERED | CLOSED
 *                           |
 *                           +-- removed by its own thread: interrupted, timed out, or another clause won
 * </pre>
 *
 * <p>Every step happens under the lock of the channel whose queue it is. Claiming takes the waiter
 * out of its queue and gives the claimer alone the right to read or write {@link #item}; for a
 * select, claiming must also win the race for the selector, which the other clauses take part in.
 * Completing publishes the item with a release store of the status, after which the claimer no
 * longer touches the waiter: its thread may be using it anew.
 */
final class Waiter implements Blocker {
  static final int WAITING = 0;

  /**
   * The value was handed over: it is in {@link #item} of a receiver, or was taken from a sender.
   */
  static final int DELIVERED = 1;

  /** The channel was closed first. */
  static final int CLOSED = 2;

  private static final VarHandle STATUS;

  static {
    try {
      STATUS = MethodHandles.lookup().findVarHandle(Waiter.class, "status", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
    // The first call of each method links it, which allocates: do that at start-up, when memory is
    // available.
    none().complete(WAITING);
  }

  private final @Nullable SelectRound selector;
  private @Nullable Thread thread;

  @SuppressWarnings("unused") // read through STATUS
  private int status;

  /**
   * The value to send, or the value received; belongs to the claimer between claim and completion.
   */
  @Nullable Object item;

  // Guarded by the lock of the channel whose queue this is.
  @Nullable Waiter previous;
  @Nullable Waiter next;
  boolean queued;

  private Waiter(@Nullable SelectRound selector, @Nullable Thread thread, @Nullable Object item) {
    this.selector = selector;
    this.thread = thread;
    this.item = item;
  }

  /** A waiter for one receive by the calling thread. */
  static Waiter receiver() {
    return new Waiter(null, Thread.currentThread(), null);
  }

  /** A waiter for one send by the calling thread. */
  static Waiter sender(Object value) {
    return new Waiter(null, Thread.currentThread(), value);
  }

  /** A waiter that waits for nothing and keeps no thread reachable. */
  static Waiter none() {
    return new Waiter(null, null, null);
  }

  /** A waiter for one clause of a select, used again for each of its rounds. */
  static Waiter clause(SelectRound selector) {
    return new Waiter(selector, null, null);
  }

  /**
   * Makes a clause's waiter ready for another round; done under the lock that it is then queued
   * under.
   */
  void rearm(Thread waiting, @Nullable Object value) {
    thread = waiting;
    item = value;
    status = WAITING;
  }

  /** A thread parks on a waiter in a select only, on that of its first clause. */
  @Override
  public String waitReason(Thread waiting) {
    return selector == null ? "select (no cases)" : "select of " + selector.size();
  }

  int status() {
    return (int) STATUS.getAcquire(this);
  }

  /**
   * Reports whether a claim can still succeed; a select that another clause has won only awaits its
   * removal.
   */
  boolean claimable() {
    return selector == null || !selector.isDecided();
  }

  /** Reports whether the caller now owns this waiter, which it has taken out of the queue. */
  boolean claim() {
    return selector == null || selector.decide(this);
  }

  /** Ends the wait and returns the thread to unpark once the channel's lock is released. */
  @Nullable Thread complete(int outcome) {
    Thread waiting = thread;
    STATUS.setRelease(this, outcome);
    return waiting;
  }
}
