package dev.weft.net.tls;

import dev.weft.chan.Chan;
import dev.weft.chan.ReceiveChan;
import dev.weft.chan.Selector;
import dev.weft.context.Context;
import dev.weft.internal.poll.error.NetExceptions;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.internal.sched.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The lock of one direction of a connection, and the direction's deadline. Waiting for the lock
 * ends when the thread is interrupted, the caller's context is cancelled, or the deadline of the
 * caller's direction passes: a handshake holds the locks of both, and waits for the peer by the
 * deadlines of its own. When the connection is closed, the call that holds the lock fails and
 * unlocks it, and the next one fails for the same reason.
 *
 * <p>The connection below has the same deadline, which ends waiting calls. The copy here fails
 * calls that would not have to wait for it.
 */
final class DirectionLock {
  private static final Object TOKEN = new Object();
  static final long FOREVER = Long.MAX_VALUE;

  private final Chan<Object> free = Chan.buffered(1);

  /** On {@link System#nanoTime}'s scale; 0 for none. */
  private volatile long deadline;

  /** Closed when the deadline is set; null while no call waits for that. */
  private final AtomicReference<@Nullable Chan<Object>> moved = new AtomicReference<>();

  DirectionLock() {
    free.trySend(TOKEN);
  }

  /**
   * Locks it, for a call of the direction of {@code own}.
   *
   * @param own whose deadline limits the wait; null for none
   */
  void lock(Context context, NetOperation operation, TlsState state, @Nullable DirectionLock own)
      throws IOException {
    if (tryLock()) {
      return;
    }
    try {
      if (own == null) {
        free.receive(context);
      } else {
        own.await(free, context, operation, state);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw NetExceptions.interrupted(operation, state.where());
    }
  }

  /** Waits for a token until this direction's deadline, also one that is set meanwhile. */
  private void await(Chan<Object> token, Context context, NetOperation operation, TlsState state)
      throws IOException, InterruptedException {
    ReceiveChan<?> cancelled = context.done();
    while (true) {
      Chan<Object> made = Chan.unbuffered();
      Chan<Object> waitedFor = moved.compareAndExchange(null, made);
      // The channel is there before the deadline is read, and a deadline is set before it is
      // closed.
      long left = left();
      Selector selector = new Selector();
      selector.receive(token);
      selector.receive(waitedFor == null ? made : waitedFor);
      int cancel = cancelled == null ? Selector.NONE : selector.receive(cancelled).index();
      int chosen = left == FOREVER ? selector.await() : selector.await(Duration.ofNanos(left));
      if (chosen == 0) {
        return;
      }
      if (chosen == Selector.NONE) {
        requireInTime(operation, state);
      } else if (chosen == cancel) {
        throw context.toException();
      }
    }
  }

  /** Locks it only if it is free. */
  boolean tryLock() {
    return free.tryReceive() != null;
  }

  /** Reports whether no call holds it; a snapshot. */
  boolean isFree() {
    return free.size() > 0;
  }

  /** Unlocks it; any thread may do that, not only the one that locked it. */
  void unlock() {
    free.trySend(TOKEN);
  }

  void setDeadline(@Nullable Duration fromNow) {
    if (fromNow == null) {
      deadline = 0;
    } else {
      long at = Clock.nanoTimeAfter(fromNow);
      deadline = at == 0 ? 1 : at;
    }
    if (moved.get() != null) {
      Chan<Object> waitedFor = moved.getAndSet(null);
      if (waitedFor != null) {
        waitedFor.close();
      }
    }
  }

  /** The nanoseconds until the deadline, not below 0; {@link #FOREVER} when there is none. */
  long left() {
    long at = deadline;
    return at == 0 ? FOREVER : Math.max(0, at - Clock.nanoTime());
  }

  /** Throws if the deadline has passed. */
  void requireInTime(NetOperation operation, TlsState state) throws IOException {
    long at = deadline;
    if (at != 0 && at - Clock.nanoTime() <= 0) {
      throw NetExceptions.timedOut(operation, state.where());
    }
  }
}
