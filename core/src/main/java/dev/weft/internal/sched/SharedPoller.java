package dev.weft.internal.sched;

import java.util.function.BooleanSupplier;

/**
 * A poller that all processors share, without a queue of requests: goroutines make their system
 * calls themselves. A wake-up that finds no thread waiting ends the next wait.
 */
public abstract class SharedPoller implements ProcessorPoller {
  @Override
  public final boolean isShared() {
    return true;
  }

  @Override
  public final boolean hasFullBatch() {
    return false;
  }

  @Override
  public final void submit() {}

  /** Not counted, because no wake-up is lost. */
  @Override
  public final int wakeups() {
    return 0;
  }

  /** Not called: no machine holds a shared poller. */
  @Override
  public final void holdChanged(BooleanSupplier held) {}
}
