package dev.weft.internal.sched;

/**
 * Decides whether a machine wakes another one for tasks queued behind others. Where each processor
 * has its own poller, another machine can only take the tasks queued here, and is woken only if its
 * help is worth the cost. Used by the machine's own thread.
 */
final class HelpPolicy {
  private final Machine machine;
  private final boolean mustPay;
  private final RunTimeEstimator estimator = new RunTimeEstimator();
  private int sliceAtRound;

  /**
   * @param mustPay whether help must be worth its cost
   */
  HelpPolicy(Machine machine, boolean mustPay) {
    this.machine = machine;
    this.mustPay = mustPay;
  }

  /** Called when the machine gets a processor: a round begins. */
  void beginRound() {
    if (mustPay) {
      estimator.begin(System.nanoTime());
      sliceAtRound = machine.slice();
    }
  }

  /** Called when the machine has run all ready goroutines: a round ends, and the next begins. */
  void endRound() {
    if (mustPay) {
      int slice = machine.slice();
      estimator.end(System.nanoTime(), (slice - sliceAtRound) / 2);
      sliceAtRound = slice;
    }
  }

  /** Reports whether to wake a machine for this many tasks, which wait behind others. */
  boolean isWorthwhileFor(int tasks) {
    return tasks > 0 && (!mustPay || estimator.wantsHelpWith(tasks));
  }
}
