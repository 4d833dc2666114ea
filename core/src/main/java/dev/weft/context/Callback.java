package dev.weft.context;

import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** A callback on cancellation: pending, until it is either run or stopped. */
final class Callback extends CancelNode implements Registration {
  private static final VarHandle ACTION;

  static {
    try {
      ACTION = MethodHandles.lookup().findVarHandle(Callback.class, "action", Runnable.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Null once run or stopped. */
  @SuppressWarnings("unused") // accessed through ACTION
  private @Nullable Runnable action;

  private Callback(@Nullable CancelPoint parent, Runnable action) {
    super(parent);
    this.action = action;
  }

  /** Registers a callback; runs it at once if the point is cancelled. */
  static Callback on(@Nullable CancelPoint point, Runnable action) {
    Callback callback = new Callback(point, action);
    Object reason = point == null ? null : point.add(callback);
    if (reason != null) {
      callback.cancelled(reason, null);
    }
    return callback;
  }

  private @Nullable Runnable take() {
    return (Runnable) ACTION.getAndSet(this, null);
  }

  @Override
  public boolean stop() {
    if (take() == null) {
      return false;
    }
    detach();
    return true;
  }

  @Override
  @Nullable CancelNode cancelled(Object reason, @Nullable CancelNode rest) {
    Runnable taken = take();
    if (taken != null) {
      run(taken);
    }
    return rest;
  }

  /**
   * Throws nothing, not even what the compiler thinks impossible: the others are told all the same,
   * and the canceller is not the one to blame.
   */
  private static void run(Runnable action) {
    try {
      action.run();
    } catch (Throwable failure) {
      Thread thread = Thread.currentThread();
      try {
        thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
      } catch (Throwable handlers) {
        handlers.addSuppressed(failure);
        System.getLogger("dev.weft")
            .log(Level.ERROR, "the handler of an uncaught exception failed", handlers);
      }
    }
  }
}
