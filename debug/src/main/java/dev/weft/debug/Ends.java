package dev.weft.debug;

import dev.weft.internal.closing.CloseSteps;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * The actions that undo the steps in which an object was started, in their order. Each runs once,
 * also when others fail. Safe for use by any number of threads: of two that close at once, each
 * runs some.
 */
final class Ends implements AutoCloseable {
  private final Deque<Runnable> steps = new ConcurrentLinkedDeque<>();

  /** Adds a step that runs before those that were added so far. */
  void addFirst(Runnable step) {
    steps.addFirst(step);
  }

  /** Adds a step that runs after those that were added so far. */
  void addLast(Runnable step) {
    steps.addLast(step);
  }

  /**
   * Runs the steps that have not run yet. Throws the first failure at the end, with the others as
   * suppressed ones.
   */
  @Override
  public void close() {
    CloseSteps all = new CloseSteps();
    for (Runnable step; (step = steps.poll()) != null; ) {
      all.run(step);
    }
    all.end();
  }
}
