package dev.weft;

/**
 * What a goroutine is given to do. Like {@link Runnable}, but allowed to throw: what it throws goes
 * to {@link Weft#onUncaught}.
 */
@FunctionalInterface
public interface Task {
  /** Does it, in the goroutine. */
  void run() throws Exception;
}
