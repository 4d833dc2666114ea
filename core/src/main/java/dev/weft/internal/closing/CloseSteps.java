package dev.weft.internal.closing;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Closes an object with several parts, step by step. Each step is made although others fail: a part
 * that stayed open would have no owner. {@link #end} throws the first failure, with the others as
 * suppressed ones. For use by one thread.
 *
 * <pre>{@code
 * CloseSteps steps = new CloseSteps();
 * steps.each(listeners, Listener::close);
 * steps.run(clock::stop);
 * steps.end();
 * }</pre>
 */
public final class CloseSteps {
  private @Nullable Throwable failure;

  /** Nothing has failed so far. */
  public CloseSteps() {}

  /**
   * Steps that are made because of a failure, which the caller throws itself.
   *
   * @param failure takes the failures of the steps as suppressed ones
   */
  public CloseSteps(Throwable failure) {
    this.failure = failure;
  }

  /** Makes one step. */
  public void run(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      keep(e);
    }
  }

  /** Makes the step for each of the parts. */
  public <T> void each(Iterable<? extends T> parts, Consumer<? super T> step) {
    for (T part : parts) {
      try {
        step.accept(part);
      } catch (RuntimeException | Error e) {
        keep(e);
      }
    }
  }

  private void keep(Throwable e) {
    if (failure == null) {
      failure = e;
    } else if (failure != e) { // the JVM throws some of its errors again and again
      try {
        failure.addSuppressed(e);
      } catch (OutOfMemoryError _) {
        // The first failure is told, and the other steps are still made.
      }
    }
  }

  /** Throws the first failure, if there was one. */
  public void end() {
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }
}
