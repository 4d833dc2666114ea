package dev.weft;

/**
 * What a goroutine runs. Like {@link Runnable}, but allowed to throw: what it throws goes to {@link
 * Weft#onUncaught}.
 */
@FunctionalInterface
public interface Goroutine {
  void run() throws Exception;
}
