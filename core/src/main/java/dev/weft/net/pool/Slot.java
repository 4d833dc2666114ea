package dev.weft.net.pool;

import dev.weft.net.Conn;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The right to have one connection of one target, and that connection once it is open.
 *
 * <p>One owner at a time: the lease, or the idle list. The pool's lock, under which a slot changes
 * hands, orders their accesses.
 */
final class Slot<T> extends Chain.Link<Slot<T>> {
  static final long NEVER = Long.MAX_VALUE;

  final Target<T> target;
  private @Nullable Conn conn;

  /** How many leases the connection has served, with the current one. */
  int uses;

  /** When the connection is too old to be reused, on {@link System#nanoTime}'s scale. */
  long oldAt = NEVER;

  /** When an idle connection is to be closed, on the same scale. */
  long idleUntil = NEVER;

  Slot(Target<T> target) {
    this.target = target;
  }

  boolean hasConn() {
    return conn != null;
  }

  Conn conn() {
    return Objects.requireNonNull(conn, "the slot has no connection");
  }

  void opened(Conn opened, long oldTime) {
    conn = opened;
    uses = 0;
    oldAt = oldTime;
  }

  /** Reports whether the connection is too old to be reused. */
  boolean isOld(long now) {
    return oldAt != NEVER && now - oldAt >= 0;
  }

  /** Reports whether an idle connection can serve another lease. Called without the pool's lock. */
  boolean isReusable(long now) {
    if ((idleUntil != NEVER && now - idleUntil >= 0) || isOld(now)) {
      return false;
    }
    try {
      return isIdle();
    } catch (IOException e) {
      return false; // broken, or closed meanwhile
    }
  }

  /**
   * Reports whether a connection that is given back is open and idle; removes its deadlines. Called
   * without the pool's lock.
   */
  boolean isClean() {
    try {
      conn().setDeadline(null);
      // This also makes the poller watch a connection that it has not watched yet.
      return isIdle();
    } catch (IOException e) {
      return false; // closed by its user, or broken
    }
  }

  /**
   * Reports whether the connection has no unread bytes, and no thread uses it: one that still reads
   * would take bytes of the next lease.
   */
  private boolean isIdle() throws IOException {
    return !conn().isInUse() && !conn().isReadable();
  }

  /**
   * Closes the connection if there is one. Called without the pool's lock. What that throws, such
   * as an OutOfMemoryError, is logged: it must neither cost the slot nor hide the failure for which
   * the connection is closed.
   */
  void closeConn() {
    Conn open = conn;
    conn = null;
    if (open != null) {
      try {
        open.close();
      } catch (RuntimeException | Error e) {
        log(open, e);
      }
    }
  }

  /** Closes the connections of slots that are linked; none for null. */
  static <T> void closeConns(@Nullable Slot<T> first) {
    for (Slot<T> slot = first; slot != null; slot = slot.next) {
      slot.closeConn();
    }
  }

  private static void log(Conn closed, Throwable failure) {
    try {
      System.getLogger("dev.weft").log(Level.WARNING, "closing " + closed + " failed", failure);
    } catch (RuntimeException | Error e) {
      // There may be no memory for a log entry either.
    }
  }
}
