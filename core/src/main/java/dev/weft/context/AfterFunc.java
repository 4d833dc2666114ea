package dev.weft.context;

import dev.weft.internal.runtime.UncaughtExceptions;
import dev.weft.internal.runtime.WeftRuntime;
import dev.weft.internal.sync.FailureLog;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs an action in a goroutine of its own; without memory for one, on the calling thread. The
 * action runs once, should the goroutine have started all the same.
 */
final class AfterFunc implements Runnable {
  static {
    FailureLog.resolve(OutOfMemoryError.class);
  }

  private final AtomicReference<@Nullable Runnable> action;

  AfterFunc(Runnable action) {
    this.action = new AtomicReference<>(action);
  }

  @Override
  public void run() {
    try {
      Thread thread = WeftRuntime.scheduler().newGoroutine(this::perform);
      thread.setUncaughtExceptionHandler(UncaughtExceptions::handle);
      thread.start();
    } catch (OutOfMemoryError e) {
      perform();
    }
  }

  private void perform() {
    Runnable taken = action.getAndSet(null);
    if (taken != null) {
      taken.run();
    }
  }
}
