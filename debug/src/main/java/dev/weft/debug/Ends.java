package dev.weft.debug;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/**
 * The steps that end something which began in several. Each runs once, also when others fail. Safe
 * for use by any number of threads: of two that close at once, each runs some of the steps.
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
    Throwable failure = null;
    for (Runnable step; (step = steps.poll()) != null; ) {
      failure = run(step, failure);
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }

  /** Returns the first failure. */
  private static @Nullable Throwable run(Runnable step, @Nullable Throwable first) {
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      if (first == null) {
        return e;
      }
      if (first != e) {
        first.addSuppressed(e);
      }
    }
    return first;
  }
}
