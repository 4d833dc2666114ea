package dev.weft.internal.net.dial;

import dev.weft.Task;

/** Starts goroutines, as {@link dev.weft.Weft#go(String, Task)} does; tests have it fail. */
@FunctionalInterface
interface GoroutineStarter {
  void start(String name, Task body);
}
