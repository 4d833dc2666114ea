package dev.weft;

/**
 * The task of a goroutine. Like {@link Runnable}, but may throw checked exceptions: an exception
 * goes to the handler of {@link Weft#onUncaught}.
 */
@FunctionalInterface
public interface Task {
  /** Runs the task, in the goroutine. */
  void run() throws Exception;
}
