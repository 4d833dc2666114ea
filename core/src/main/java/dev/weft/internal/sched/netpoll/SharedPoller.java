package dev.weft.internal.sched.netpoll;

import dev.weft.internal.sync.FailureLog;
import java.util.function.BooleanSupplier;

/**
 * A poller that all processors share, without a queue of requests: goroutines make their system
 * calls themselves. A wake-up that finds no thread waiting ends the next wait.
 */
public abstract class SharedPoller implements ProcessorPoller {
  static {
    FailureLog.resolve(Throwable.class);
  }

  private static final String WAKEUP_FAILED = FailureLog.message("waking the poller failed");

  private volatile boolean wakeupFailed;

  /**
   * Ends the wait, or the next one. If this throws, for lack of memory, no wake-up is pending, and
   * the call is repeated.
   */
  protected abstract void wake();

  @Override
  public final void wakeup() {
    try {
      wake();
    } catch (Throwable e) {
      wakeupFailed = true;
      FailureLog.write(WAKEUP_FAILED, e);
    }
  }

  @Override
  public final boolean needsRetry() {
    return wakeupFailed;
  }

  @Override
  public final void retry() {
    if (wakeupFailed) {
      wakeupFailed = false;
      wakeup();
    }
  }

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
