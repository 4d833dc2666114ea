package dev.weft.chan;

import dev.weft.internal.sched.Clock;
import dev.weft.internal.sync.StackProbe;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A select that is set up once and awaited many times, for hot loops: a round allocates nothing.
 *
 * <pre>{@code
 * var selector = new Selector();
 * var job = selector.receive(jobs);
 * var quit = selector.receive(quits);
 * while (selector.await() != quit.index()) {
 *   run(job.value());
 * }
 * }</pre>
 *
 * <p>If several clauses are ready, one is chosen uniformly at random; if none is, the thread waits
 * until one is, and exactly one takes effect. A clause that lost leaves no trace in its channel,
 * nor do all of them if the thread is interrupted or the time is up. For a select in one statement
 * see {@link Select}.
 *
 * <p>A selector belongs to one thread at a time.
 *
 * <p>The algorithm is that of Go's {@code runtime/select.go}: the channels are locked in a global
 * order, and either a ready clause is carried out, or a waiter is queued for each. The goroutine
 * that then finds one of these waiters first must win the selector itself with a compare-and-set.
 * Unlike Go, a round first looks at the channels without their locks, and takes one lock alone if a
 * clause looks ready.
 */
public final class Selector {
  /** The result of the awaiting methods if no clause was carried out. */
  public static final int NONE = -1;

  /** In {@link #decided}: the waiting thread itself gave up. */
  private static final Waiter ABANDONED = Waiter.none();

  private static final HChan<?>[] NO_LOCKS = {};
  private static final VarHandle DECIDED;

  static {
    try {
      DECIDED = MethodHandles.lookup().findVarHandle(Selector.class, "decided", Waiter.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
    // The first call of each method links it, which allocates: do that at start-up, when memory is
    // available.
    new Selector().decide(Waiter.receiver());
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

  /** A selector without clauses as yet. */
  public Selector() {}

  /** Adds a clause that receives from the channel. */
  public <T> Receive<T> receive(ReceiveChan<T> channel) {
    HChan<T> target =
        switch (channel) {
          case HChan<T> direct -> direct;
          case ReceiveView<T> view -> view.channel();
        };
    return add(new Receive<>(this, target, size));
  }

  /** Adds a clause that sends to the channel, in those rounds for which it is given a value. */
  public <T> Send<T> send(SendChan<T> channel) {
    HChan<T> target =
        switch (channel) {
          case HChan<T> direct -> direct;
          case SendView<T> view -> view.channel();
        };
    return add(new Send<>(this, target, size));
  }

  private <C extends Clause> C add(C clause) {
    if (size == clauses.length) {
      clauses = Arrays.copyOf(clauses, 2 * size);
    }
    clauses[size++] = clause;
    lockOrder = null;
    return clause;
  }

  /**
   * Waits until a clause can be carried out, and carries out exactly one. Waits until interrupted
   * if no clause takes part.
   *
   * @return the index of that clause, in the order in which they were added
   * @throws InterruptedException if the thread is interrupted on entry or while waiting; no clause
   *     was then carried out
   * @throws ChanClosedException if the clause chosen sends to a closed channel
   */
  public int await() throws InterruptedException {
    return round(true, false, 0);
  }

  /**
   * Waits as {@link #await()} does, but no longer than the given time; a time of zero or less does
   * not wait.
   *
   * @return the index of the clause carried out, or {@link #NONE} if the time passed first
   */
  public int await(Duration timeout) throws InterruptedException {
    long nanos = TimeUnit.NANOSECONDS.convert(timeout);
    return round(nanos > 0, true, Nanos.deadline(nanos));
  }

  /**
   * Carries out a clause if that needs no waiting. Never blocks.
   *
   * @return the index of the clause carried out, or {@link #NONE} if none was ready
   * @throws ChanClosedException if the clause chosen sends to a closed channel
   */
  public int poll() {
    StackProbe.checkBlocking();
    return finish(tryNow(false));
  }

  private int round(boolean mayWait, boolean timed, long deadline) throws InterruptedException {
    StackProbe.checkBlocking();
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before a select of " + size + " clauses");
    }
    Clause chosen = tryNow(mayWait);
    if (chosen == null && mayWait) {
      chosen = await(timed, deadline);
    }
    return finish(chosen);
  }

  private static int finish(@Nullable Clause chosen) {
    if (chosen == null) {
      return NONE;
    }
    chosen.conclude();
    return chosen.index;
  }

  // ---- Without waiting

  /**
   * Carries out a clause that is ready, if any. If none is and the caller will wait, queues them
   * all.
   */
  private @Nullable Clause tryNow(boolean mayWait) {
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
    return tryLocked(lockOrder == null ? computeLockOrder() : lockOrder, mayWait);
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

  int size() {
    return size;
  }

  private @Nullable Clause await(boolean timed, long deadline) throws InterruptedException {
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
  boolean decide(Waiter waiter) {
    return DECIDED.compareAndSet(this, null, waiter);
  }

  boolean isDecided() {
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

  private HChan<?>[] computeLockOrder() {
    HChan<?>[] order = new HChan<?>[size];
    int count = 0;
    for (int i = 0; i < size; i++) {
      HChan<?> channel = clauses[i].channel;
      int at = count;
      while (at > 0 && order[at - 1].id() > channel.id()) {
        at--;
      }
      if (at == 0 || order[at - 1] != channel) {
        System.arraycopy(order, at, order, at + 1, count - at);
        order[at] = channel;
        count++;
      }
    }
    HChan<?>[] computed = count == size ? order : Arrays.copyOf(order, count);
    lockOrder = computed;
    return computed;
  }

  /** One clause of a selector. */
  public abstract static sealed class Clause permits Receive, Send {
    final HChan<?> channel;
    final Waiter waiter;
    private final int index;
    private boolean enabled = true;
    private boolean queued;
    private boolean timerStarted;

    private Clause(Selector selector, HChan<?> channel, int index) {
      this.channel = channel;
      this.waiter = Waiter.clause(selector);
      this.index = index;
    }

    /** This clause's place among those of its selector, from 0. */
    public final int index() {
      return index;
    }

    /**
     * Lets this clause take part in the rounds to come, or not; as setting a channel variable to
     * nil does in Go. Clauses take part at first.
     */
    public final void enable(boolean takesPart) {
      enabled = takesPart;
    }

    boolean takesPart() {
      return enabled;
    }

    abstract WaitQueue queue();

    void prepareToWait() {}

    abstract boolean looksReady();

    abstract boolean isReadyLocked();

    /** Carries out this clause if it can be, under its channel's lock. */
    abstract boolean tryLocked();

    abstract @Nullable Object valueToSend();

    /**
     * Takes over the value or the outcome that the completing goroutine left in this clause's
     * waiter.
     */
    abstract void takeOutcome();

    /** The last step, without locks and in the caller's sight: may throw. */
    abstract void conclude();
  }

  /** A clause that receives. */
  public static final class Receive<T> extends Clause {
    private final HChan<T> source;
    private Object outcome = HChan.NONE;

    private Receive(Selector selector, HChan<T> source, int index) {
      super(selector, source, index);
      this.source = source;
    }

    /**
     * Takes what this clause received when it was last chosen: the value, or null at the end of a
     * closed channel.
     *
     * @throws ChanClosedException at the end of a channel that was closed with a cause
     * @throws IllegalStateException if there is nothing to take: the clause was not chosen, or its
     *     value was taken before
     */
    public @Nullable T value() {
      Object taken = outcome;
      if (taken == HChan.NONE) {
        throw new IllegalStateException(
            "clause "
                + index()
                + " of the select holds no value: take it once after each round in which"
                + " await() returned "
                + index());
      }
      outcome = HChan.NONE;
      return source.valueOf(taken);
    }

    @Override
    WaitQueue queue() {
      return source.receivers;
    }

    @Override
    void prepareToWait() {
      source.prepareToWait();
    }

    @Override
    boolean looksReady() {
      return source.looksReadyToReceive();
    }

    @Override
    boolean isReadyLocked() {
      return source.isReadyToReceiveLocked();
    }

    @Override
    boolean tryLocked() {
      Object taken = source.takeLocked();
      if (taken == HChan.NONE) {
        return false;
      }
      outcome = taken;
      return true;
    }

    @Override
    @Nullable Object valueToSend() {
      return null;
    }

    @Override
    void takeOutcome() {
      outcome =
          waiter.status() == Waiter.DELIVERED ? Objects.requireNonNull(waiter.item) : HChan.END;
      waiter.item = null;
    }

    @Override
    void conclude() {}
  }

  /** A clause that sends. */
  public static final class Send<T> extends Clause {
    private final HChan<T> target;
    private @Nullable T value;
    private boolean closed;

    private Send(Selector selector, HChan<T> target, int index) {
      super(selector, target, index);
      this.target = target;
    }

    /**
     * Sets the value to send. It stays set until it was sent; until a new one is set, this clause
     * then takes no part.
     */
    public void value(T valueToSend) {
      value = Objects.requireNonNull(valueToSend, "value to send (a channel carries no nulls)");
    }

    @Override
    boolean takesPart() {
      return value != null && super.takesPart();
    }

    @Override
    WaitQueue queue() {
      return target.senders;
    }

    @Override
    boolean looksReady() {
      return target.looksReadyToSend();
    }

    @Override
    boolean isReadyLocked() {
      return target.isReadyToSendLocked();
    }

    @Override
    boolean tryLocked() {
      int result = target.offerLocked(Objects.requireNonNull(value));
      closed = result == HChan.CLOSED;
      return result != HChan.FULL;
    }

    @Override
    @Nullable Object valueToSend() {
      return value;
    }

    @Override
    void takeOutcome() {
      closed = waiter.status() == Waiter.CLOSED;
      waiter.item = null;
    }

    @Override
    void conclude() {
      value = null;
      if (closed) {
        closed = false;
        throw target.sendOnClosed();
      }
    }
  }
}
