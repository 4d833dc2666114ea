package dev.weft.internal.net.lookup;

import dev.weft.Task;

/** Starts goroutines, as {@link dev.weft.Weft#go(String, Task)} does; tests have it fail. */
@FunctionalInterface
public interface GoroutineStarter {
  void start(String name, Task body);
}
