package dev.weft.internal.sched;

/**
 * Decides whether a goroutine that wakes another should also wake a machine to run it in parallel.
 *
 * <p>If the waker goes on computing, another processor ought to take the woken goroutine; if the
 * waker parks right away, as in a ping-pong, the machine is woken for nothing, and that costs more
 * than the whole exchange. Which it is shows only afterwards, so the throttle learns: every machine
 * woken in vain doubles the number of chances passed over before the next one is woken, every
 * useful one resets it. What it passes over, sysmon finds within its period.
 *
 * <p>Plain fields, written by more than one thread: a lost update costs one needless or one late
 * wake-up.
 */
final class WakeThrottle {
  private static final int MAX_SKIPS = 4095;

  private int skips;
  private int interval;

  boolean pass() {
    if (skips > 0) {
      skips--;
      return false;
    }
    skips = interval;
    return true;
  }

  void useful() {
    interval = 0;
    skips = 0;
  }

  void inVain() {
    interval = Math.min(2 * interval + 1, MAX_SKIPS);
  }
}
