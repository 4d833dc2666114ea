package dev.weft.net.pool;

import dev.weft.internal.track.Loans;
import dev.weft.internal.track.Tracked;
import dev.weft.internal.track.Tracking;
import dev.weft.net.Conn;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A connection taken from a pool, for one owner at a time.
 *
 * <p>{@link #giveBack} returns the connection for reuse; call it when the exchange is complete,
 * that is, when no byte of it is left to be read or written. {@link #close} without it closes the
 * connection. A try-with-resources block therefore never returns a connection whose exchange failed
 * half-way:
 *
 * <pre>{@code
 * try (Lease<String> lease = pool.take("127.0.0.1:6379")) {
 *   exchange(lease.conn());
 *   lease.giveBack();
 * }
 * }</pre>
 *
 * <p>The first of the two calls ends the lease; later ones do nothing. Safe for use by any number
 * of threads.
 */
public final class Lease<T> extends Chain.Link<Lease<T>> implements AutoCloseable {
  private final ConnPool<T> pool;
  final Slot<T> slot;
  final Conn conn;
  final long takenAt;

  /** Null when leaks are not reported. */
  final @Nullable Throwable takenBy;

  /** Guarded by the pool's lock. */
  boolean reported;

  /** Null unless a test looks for leases that are not given back. */
  private final @Nullable Tracked<Object> loan;

  private final AtomicBoolean ended = new AtomicBoolean();

  Lease(ConnPool<T> pool, Slot<T> slot, long takenAt, @Nullable Throwable takenBy) {
    this.pool = pool;
    this.slot = slot;
    conn = slot.conn();
    this.takenAt = takenAt;
    this.takenBy = takenBy;
    loan = Tracking.recordsSites() ? Loans.LIVE.begin(this) : null;
  }

  /**
   * The connection.
   *
   * @throws IllegalStateException when the lease has ended: the connection may belong to another
   *     one
   */
  public Conn conn() {
    if (ended.get()) {
      throw new IllegalStateException("the lease of " + conn + " has ended");
    }
    return conn;
  }

  /** The target that the connection was taken for. */
  public T target() {
    return slot.target.key;
  }

  /**
   * Reports whether the connection served an earlier lease, and so may have been closed by the
   * peer.
   */
  public boolean isReused() {
    return slot.uses > 1;
  }

  /**
   * Returns the connection to the pool. A connection that is closed, too old, or one too many, that
   * has unread bytes, or that a thread still reads or writes ({@link Conn#isInUse}), is closed
   * instead. Its deadlines are removed.
   */
  public void giveBack() {
    giveBack(null);
  }

  /**
   * Returns the connection to the pool, to be reused within this time only: for peers that say how
   * long they keep an idle connection. The pool's own idle time-out holds too.
   *
   * @param maxIdle how long the connection may stay idle; zero or less closes it; {@code null} for
   *     the pool's own time
   */
  public void giveBack(@Nullable Duration maxIdle) {
    if (end()) {
      pool.giveBack(this, maxIdle);
    }
  }

  /** Closes the connection, unless it was given back. */
  @Override
  public void close() {
    if (end()) {
      pool.discard(this);
    }
  }

  private boolean end() {
    boolean first = ended.compareAndSet(false, true);
    if (first && loan != null) {
      loan.end();
    }
    return first;
  }

  @Override
  public String toString() {
    return "lease of " + conn;
  }
}
