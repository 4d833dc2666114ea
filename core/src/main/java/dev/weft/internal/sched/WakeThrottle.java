package dev.weft.internal.sched;

/**
 * Decides whether a goroutine that wakes another should also wake a machine to run it in parallel.
 *
 * <p>If the waking goroutine continues to compute, another processor should run the woken one; if
 * it parks at once, as in a ping-pong, the machine is woken for nothing, which costs more than the
 * whole exchange. Only the result shows which, so the throttle learns: every machine that found no
 * work doubles the number of wake-ups skipped before the next one, and every useful one resets it.
 * Sysmon finds skipped work within its period.
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
