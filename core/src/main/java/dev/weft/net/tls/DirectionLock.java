package dev.weft.net.tls;

import dev.weft.chan.Chan;
import dev.weft.context.Context;
import dev.weft.internal.poll.error.NetExceptions;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.internal.sched.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The lock of one direction of a connection, and the direction's deadline. Waiting for the lock
 * ends when the thread is interrupted or the caller's context is cancelled. When the connection is
 * closed or its deadline passes, the call that holds the lock fails and unlocks it, and the next
 * one fails for the same reason.
 *
 * <p>The connection below has the same deadline, which ends waiting calls. The copy here fails
 * calls that would not have to wait.
 */
final class DirectionLock {
  private static final Object TOKEN = new Object();
  private static final long CENTURY = TimeUnit.DAYS.toNanos(36_500);

  private final Chan<Object> free = Chan.buffered(1);

  /** On {@link System#nanoTime}'s scale; 0 for none. */
  private volatile long deadline;

  DirectionLock() {
    free.trySend(TOKEN);
  }

  void lock(Context context, NetOperation operation, TlsState state) throws IOException {
    if (tryLock()) {
      return;
    }
    try {
      free.receive(context);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw NetExceptions.interrupted(operation, state.where());
    }
  }

  /** Locks it only if it is free. */
  boolean tryLock() {
    return free.tryReceive() != null;
  }

  /** Unlocks it; any thread may do that, not only the one that locked it. */
  void unlock() {
    free.trySend(TOKEN);
  }

  void setDeadline(@Nullable Duration fromNow) {
    if (fromNow == null) {
      deadline = 0;
      return;
    }
    long nanos = Math.clamp(TimeUnit.NANOSECONDS.convert(fromNow), 0, CENTURY);
    long at = Clock.nanoTime() + nanos;
    deadline = at == 0 ? 1 : at;
  }

  /** Throws if the deadline has passed. */
  void requireInTime(NetOperation operation, TlsState state) throws IOException {
    long at = deadline;
    if (at != 0 && at - Clock.nanoTime() <= 0) {
      throw NetExceptions.timedOut(operation, state.where());
    }
  }
}
