package dev.weft;

/**
 * The task of a goroutine. Like {@link Runnable}, but allowed to throw: what it throws goes to
 * {@link Weft#onUncaught}.
 */
@FunctionalInterface
public interface Task {
  /** Does it, in the goroutine. */
  void run() throws Exception;
}
