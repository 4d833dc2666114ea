package dev.weft.internal.sched;

/**
 * Makes a stack overflow happen here, before anything was taken, and not in the middle of handing
 * it on: goroutines that recurse too deeply do so in whatever they call at the time, the deepest
 * chain of calls first, which is that of waking another goroutine. What they had taken by then, a
 * processor or the right to search, would be nobody's for ever.
 */
final class StackProbe {
  /** So many frames are more than what follows takes, interpreted or compiled. */
  private static final int DEPTH = 100;

  private StackProbe() {}

  /**
   * @throws StackOverflowError when there is no room for what follows
   */
  static void check() {
    if (deepen(DEPTH) != DEPTH) {
      throw new AssertionError("counted wrong");
    }
  }

  /** Not a loop for the compiler: the sum is formed on the way back. */
  private static int deepen(int left) {
    return left == 0 ? 0 : 1 + deepen(left - 1);
  }
}
