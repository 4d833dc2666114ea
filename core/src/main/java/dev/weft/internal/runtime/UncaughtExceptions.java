package dev.weft.internal.runtime;

import dev.weft.internal.sync.FailureLog;
import java.lang.System.Logger.Level;

/** The handler of exceptions that a goroutine, or a callback of the application, throws. */
public final class UncaughtExceptions {
  static {
    FailureLog.resolve(Throwable.class);
  }

  private static volatile Thread.UncaughtExceptionHandler handler = UncaughtExceptions::log;

  private UncaughtExceptions() {}

  /** Replaces the handler. */
  public static void onUncaught(Thread.UncaughtExceptionHandler replacement) {
    handler = replacement;
  }

  /** Calls the handler on the calling thread; logs what the handler throws. */
  public static void handle(Thread thread, Throwable failure) {
    try {
      handler.uncaughtException(thread, failure);
    } catch (Throwable handlers) {
      if (handlers != failure) {
        handlers.addSuppressed(failure);
      }
      log(thread, handlers);
    }
  }

  /**
   * Calls the handler in a goroutine of its own, for a callback that failed: its thread may be one
   * that must not block, and a handler may take any lock. Throws nothing.
   */
  public static void report(Throwable failure) {
    try {
      WeftRuntime.scheduler().newGoroutine(() -> handle(Thread.currentThread(), failure)).start();
    } catch (Throwable e) {
      FailureLog.write(
          "a callback failed, and no goroutine could be started to report it", failure);
    }
  }

  private static void log(Thread thread, Throwable failure) {
    System.getLogger("dev.weft")
        .log(Level.ERROR, "uncaught exception in goroutine " + thread, failure);
  }
}
