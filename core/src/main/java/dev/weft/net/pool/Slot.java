package dev.weft.net.pool;

import dev.weft.net.Conn;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The right to have one connection of one target, and that connection once it is open.
 *
 * <p>One owner at a time: the lease, or the idle list. The pool's lock, under which a slot changes
 * hands, orders their accesses.
 */
final class Slot<T> {
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

  /** Closes the connection if there is one. Called without the pool's lock. */
  void closeConn() {
    Conn open = conn;
    conn = null;
    if (open != null) {
      open.close();
    }
  }
}
