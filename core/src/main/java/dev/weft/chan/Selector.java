package dev.weft.chan;

import dev.weft.internal.sched.Clock;
import dev.weft.internal.sync.StackProbe;
import java.time.Duration;
import java.util.Objects;
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
 */
public final class Selector extends SelectRound {
  /** The result of the awaiting methods if no clause was carried out. */
  public static final int NONE = -1;

  static {
    // The first call of each method links it, which allocates: do that at start-up, when memory is
    // available.
    new Selector().decide(Waiter.receiver());
  }

  /** A selector without clauses as yet. */
  public Selector() {}

  /** Adds a clause that receives from the channel. */
  public <T> Receive<T> receive(ReceiveChan<T> channel) {
    HChan<T> target =
        switch (channel) {
          case HChan<T> direct -> direct;
          case ReceiveView<T> view -> view.channel();
        };
    return add(new Receive<>(this, target, size()));
  }

  /** Adds a clause that sends to the channel, in those rounds for which it is given a value. */
  public <T> Send<T> send(SendChan<T> channel) {
    HChan<T> target =
        switch (channel) {
          case HChan<T> direct -> direct;
          case SendView<T> view -> view.channel();
        };
    return add(new Send<>(this, target, size()));
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
    return round(timeout.isPositive(), true, Clock.nanoTimeAfter(timeout));
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
      throw new InterruptedException("interrupted before a select of " + size() + " clauses");
    }
    Clause chosen = tryNow(mayWait);
    if (chosen == null && mayWait) {
      chosen = awaitDecision(timed, deadline);
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

  /** One clause of a selector. */
  public abstract static sealed class Clause permits Receive, Send {
    final HChan<?> channel;
    final Waiter waiter;
    private final int index;
    private boolean enabled = true;

    // Of the round at hand; used by the selecting thread only.
    boolean queued;
    boolean timerStarted;

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
    private Object outcome = ChanState.NONE;

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
      if (taken == ChanState.NONE) {
        throw new IllegalStateException(
            "clause "
                + index()
                + " of the select holds no value: take it once after each round in which"
                + " await() returned "
                + index());
      }
      outcome = ChanState.NONE;
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
      if (taken == ChanState.NONE) {
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
          waiter.status() == Waiter.DELIVERED ? Objects.requireNonNull(waiter.item) : ChanState.END;
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
      closed = result == ChanState.CLOSED;
      return result != ChanState.FULL;
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
