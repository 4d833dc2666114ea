package dev.weft.internal.sched;

/**
 * The object that a goroutine of Weft parks on: the blocker passed to {@link
 * java.util.concurrent.locks.LockSupport#park(Object)}. A dump asks it what the goroutine waits
 * for, so that parking itself has no extra cost.
 */
public interface Blocker {
  /**
   * Returns what {@code waiting} waits for, such as "chan receive" or "read tcp 127.0.0.1:80->…".
   * The thread may continue meanwhile, so the answer may be outdated. Never waits.
   */
  String waitReason(Thread waiting);

  /** Reports whether an event outside the process ends the wait. */
  default boolean isEndedFromOutside() {
    return false;
  }
}
