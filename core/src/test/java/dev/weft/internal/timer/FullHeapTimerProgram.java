package dev.weft.internal.timer;

import dev.weft.FullHeapProgram;

/**
 * Fires a timer that keeps its place, in a full heap and while all other places are taken. It first
 * arms another timer, for which there is no place, and then itself. Prints what came of both, and
 * of the other one after the first was cancelled.
 */
final class FullHeapTimerProgram {
  private static final int PLACES = 16;
  private static final long HOUR = 3_600_000_000_000L;

  private final TimerHeap heap = new TimerHeap(when -> {});
  private final Timer other = new Idle();
  private final Timer keeping =
      new Timer(heap, true) {
        @Override
        protected void fire() {
          isOtherArmed = isArmed(other);
          isArmedAgain = isArmed(this);
        }
      };

  private boolean isOtherArmed;
  private boolean isArmedAgain;

  private final class Idle extends Timer {
    Idle() {
      super(heap);
    }

    @Override
    protected void fire() {}
  }

  private FullHeapTimerProgram() {}

  public static void main(String[] args) {
    new FullHeapTimerProgram().run();
  }

  private void run() {
    TimerWarmup.moveTimers();
    fireAndCancel(); // links what this program needs
    other.cancel();
    keeping.arm(System.nanoTime());
    for (int i = 1; i < PLACES; i++) {
      new Idle().arm(System.nanoTime() + HOUR);
    }
    FullHeapProgram.letGoIn(1);
    FullHeapProgram.fill();
    boolean isOtherArmedThen = fireAndCancel();
    FullHeapProgram.letGoIn(0);
    System.out.println("other=" + outcome(isOtherArmed));
    System.out.println("own=" + outcome(isArmedAgain));
    System.out.println("cancelled=" + outcome(isOtherArmedThen));
  }

  private boolean fireAndCancel() {
    heap.runDue();
    keeping.cancel();
    return isArmed(other);
  }

  private static String outcome(boolean armed) {
    return armed ? "armed" : "failed";
  }

  private static boolean isArmed(Timer timer) {
    boolean armed = false;
    try {
      timer.arm(System.nanoTime() + HOUR);
      armed = true;
      return armed;
    } finally {
      if (!armed) {
        return false; // without a handler for a type, which would be resolved now
      }
    }
  }
}
