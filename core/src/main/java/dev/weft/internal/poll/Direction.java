package dev.weft.internal.poll;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One direction of a descriptor, reading or writing: its gate and its deadline.
 *
 * <p>The deadline is one word, so that setting it before every read costs a store, and the timer
 * that watches it needs no lock:
 *
 * <pre>
 *   NONE      no deadline
 *   EXPIRED   passed: every operation fails until a new deadline is set
 *   t         at nanoTime t; the timer swaps exactly this value to EXPIRED, so a deadline moved in the last moment never expires
 * </pre>
 */
final class Direction {
  static final long NONE = 0;
  static final long EXPIRED = -1;

  private static final VarHandle DEADLINE;

  static {
    try {
      DEADLINE = MethodHandles.lookup().findVarHandle(Direction.class, "deadline", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
    // The first call of each VarHandle method links it, which allocates: do that at start-up, when
    // memory is available.
    DEADLINE.compareAndSet(new Direction(), NONE, EXPIRED);
  }

  final Gate gate = new Gate();
  private volatile long deadline = NONE;

  /**
   * The id of the thread that last waited; 0 when none has. For dumps, which may read a stale
   * value.
   */
  long lastWaiter;

  void setDeadline(long when) {
    deadline = when;
  }

  /** {@link #NONE}, {@link #EXPIRED}, or on {@link System#nanoTime}'s scale. */
  long deadline() {
    return deadline;
  }

  boolean isExpired() {
    return deadline == EXPIRED;
  }

  /**
   * Expires the deadline if it is due; returns the time at which it is due otherwise, {@link
   * Long#MAX_VALUE} if there is none.
   */
  long expireIfDue(long now) {
    while (true) {
      long when = deadline;
      if (when == NONE || when == EXPIRED) {
        return Long.MAX_VALUE;
      }
      if (when > now) {
        return when;
      }
      if (DEADLINE.compareAndSet(this, when, EXPIRED)) {
        gate.evict();
        return Long.MAX_VALUE;
      }
    }
  }
}
