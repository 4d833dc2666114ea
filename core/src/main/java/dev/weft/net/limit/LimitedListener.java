package dev.weft.net.limit;

import dev.weft.context.Context;
import dev.weft.internal.sched.Clock;
import dev.weft.net.Conn;
import dev.weft.net.FilterListener;
import dev.weft.net.Listener;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A listener that enforces {@link Limits}. The connections it accepts are those of the underlying
 * listener, not wrapped; each gives its permits back when it is closed.
 */
public final class LimitedListener extends FilterListener {
  private static final class State {
    final Limits limits;
    final Permits places;

    /** Without any: taking one waits for the time, as for the accept rate, or the close. */
    final Permits pauses = new Permits(0);

    final Peers peers;
    final @Nullable AcceptRate rate;
    final MemoryBudget memory;
    final LoadSignal load;
    final LongAdder open = new LongAdder();
    final LongAdder accepted = new LongAdder();
    final LongAdder waits = new LongAdder();
    final AtomicLongArray refused = new AtomicLongArray(Refusal.values().length);

    /** On {@link System#nanoTime}'s scale; {@link Permits#FOREVER} for none. */
    volatile long deadline = Permits.FOREVER;

    State(Limits limits) {
      this.limits = limits;
      places = new Permits(limits.maxConnections);
      peers = new Peers(limits.maxPerPeer);
      rate =
          limits.acceptsPerSecond == 0
              ? null
              : new AcceptRate(limits.acceptsPerSecond, limits.acceptBurst, Clock.nanoTime());
      memory = new MemoryBudget(limits.bufferBytes);
      load = new LoadSignal(limits.shedAbove);
    }
  }

  private final State state;
  private final Context context;

  LimitedListener(Listener listener, Limits limits) {
    this(listener, new State(limits), Context.background());
  }

  private LimitedListener(Listener listener, State state, Context context) {
    super(listener);
    this.state = state;
    this.context = context;
  }

  @Override
  public LimitedListener withContext(Context other) {
    return new LimitedListener(listener.withContext(other), state, other);
  }

  /**
   * {@inheritDoc} Waits for a place and for the accept rate first; passes over refused connections.
   */
  @Override
  public Conn accept() throws IOException {
    while (true) {
      boolean hasPlace = takePlace();
      Conn conn;
      try {
        awaitRate();
        conn = listener.accept();
      } catch (Throwable e) {
        if (hasPlace) {
          state.places.give(1);
        }
        throw e;
      }
      try {
        // While this waited for a connection, one of the others may have ended.
        if (!hasPlace && !isPlaceFree()) {
          refuse(conn, Refusal.FULL);
        } else if (admit(conn)) {
          return conn;
        }
      } catch (Throwable e) {
        conn.close();
        throw e;
      }
    }
  }

  /**
   * Takes a place. Returns false if none became free within the time that the limits allow: new
   * connections are refused then.
   */
  private boolean takePlace() throws IOException {
    String what = "accept " + listener;
    Duration whenFull = state.limits.waitWhenFull;
    long limit = whenFull == null ? Permits.FOREVER : TimeUnit.NANOSECONDS.convert(whenFull);
    long left = untilDeadline();
    Permits.Outcome outcome = state.places.take(1, 0, context, what);
    if (outcome == Permits.Outcome.TIMED_OUT) {
      state.waits.increment();
      outcome = state.places.take(1, Math.min(limit, left), context, what);
    }
    return switch (outcome) {
      case GRANTED -> true;
      case CANCELLED -> throw context.toException();
      case CLOSED -> false; // accept, which is called next, fails with the reason
      case TIMED_OUT -> {
        if (left < limit) {
          throw new SocketTimeoutException(what + ": i/o timeout, all places are taken");
        }
        yield false;
      }
    };
  }

  private boolean isPlaceFree() throws IOException {
    return state.places.take(1, 0, context, "accept " + listener) == Permits.Outcome.GRANTED;
  }

  private void awaitRate() throws IOException {
    AcceptRate rate = state.rate;
    if (rate == null) {
      return;
    }
    long wait = rate.reserve(Clock.nanoTime());
    if (wait == 0) {
      return;
    }
    state.waits.increment();
    try {
      if (wait > untilDeadline()) {
        throw new SocketTimeoutException("accept " + listener + ": i/o timeout of the accept rate");
      }
      // When it is closed accept, which is called next, fails with the reason.
      if (state.pauses.take(1, wait, context, "accept " + listener) == Permits.Outcome.CANCELLED) {
        throw context.toException();
      }
    } catch (Throwable e) {
      rate.cancel();
      throw e;
    }
  }

  private long untilDeadline() {
    long deadline = state.deadline;
    return deadline == Permits.FOREVER ? Permits.FOREVER : deadline - Clock.nanoTime();
  }

  /**
   * Makes the connection hold its place, and one of its peer's, until it is closed; or gives the
   * place back.
   */
  private boolean admit(Conn conn) {
    Object peer;
    Refusal refusal;
    try {
      peer =
          state.limits.maxPerPeer == Integer.MAX_VALUE ? null : Peers.keyOf(conn.remoteAddress());
      refusal = enter(peer);
    } catch (Throwable e) {
      state.places.give(1);
      throw e;
    }
    if (refusal != null) {
      state.places.give(1);
      refuse(conn, refusal);
      return false;
    }
    state.open.increment();
    try {
      conn.onClose(() -> leave(peer));
    } catch (Throwable e) { // no memory
      leave(peer);
      throw e;
    }
    state.accepted.increment();
    return true;
  }

  private @Nullable Refusal enter(@Nullable Object peer) {
    if (!state.load.admits(LoadSignal.Work.NEW_CONNECTION)) {
      return Refusal.LOAD;
    }
    return peer == null || state.peers.enter(peer) ? null : Refusal.PEER;
  }

  private void leave(@Nullable Object peer) {
    state.open.decrement();
    state.places.give(1);
    if (peer != null) {
      state.peers.leave(peer);
    }
  }

  private void refuse(Conn conn, Refusal why) {
    state.refused.incrementAndGet(why.ordinal());
    try (conn) {
      state.limits.onRefused.accept(conn, why);
    } catch (RuntimeException e) {
      System.getLogger("dev.weft").log(Level.ERROR, "the handler of refused connections failed", e);
    }
  }

  /** The budget for the buffers of this listener's connections. */
  public MemoryBudget memory() {
    return state.memory;
  }

  /** The load signal, for work besides accepting that may be shed. */
  public LoadSignal load() {
    return state.load;
  }

  /** The listener's statistics. */
  public LimitStats stats() {
    long[] refused = new long[state.refused.length()];
    for (int i = 0; i < refused.length; i++) {
      refused[i] = state.refused.get(i);
    }
    return new LimitStats(
        state.open.intValue(),
        state.places.waiting(),
        state.accepted.sum(),
        state.waits.sum(),
        refused,
        state.load.shed(),
        state.memory.taken(),
        state.memory.refused());
  }

  /** {@inheritDoc} A call that waits for a place keeps the deadline it began with. */
  @Override
  public void setDeadline(@Nullable Duration fromNow) throws IOException {
    super.setDeadline(fromNow);
    state.deadline = fromNow == null ? Permits.FOREVER : Clock.nanoTimeAfter(fromNow);
  }

  @Override
  public <T> LimitedListener setOption(SocketOption<T> option, T value) throws IOException {
    super.setOption(option, value);
    return this;
  }

  @Override
  public void close() {
    try {
      super.close();
    } finally { // those that wait here must fail although the listener fails to close
      try {
        state.places.close();
      } finally {
        state.pauses.close();
      }
    }
  }

  @Override
  public String toString() {
    return listener + " (limited)";
  }
}
