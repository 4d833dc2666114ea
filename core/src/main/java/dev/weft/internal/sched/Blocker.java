package dev.weft.internal.sched;

/**
 * What a goroutine of Weft's is parked on: the blocker that it gives to {@link
 * java.util.concurrent.locks.LockSupport#park(Object)}. A dump asks it what the wait is for, so
 * that waiting itself costs nothing more.
 */
public interface Blocker {
  /**
   * What {@code waiting} waits for, such as "chan receive" or "read tcp 127.0.0.1:80->…". The
   * thread may go on meanwhile; the answer is then what was true a moment ago. Never waits.
   */
  String waitReason(Thread waiting);

  /** Reports whether an event outside of the process ends the wait. */
  default boolean isEndedFromOutside() {
    return false;
  }
}
