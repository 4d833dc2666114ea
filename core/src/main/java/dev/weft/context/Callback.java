package dev.weft.context;

import dev.weft.internal.runtime.UncaughtExceptions;
import dev.weft.internal.runtime.WeftRuntime;
import dev.weft.internal.sync.FailureLog;
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
    FailureLog.resolve(Throwable.class, UncaughtExceptions.class);
    // The first call of each method links it, which allocates: do that at start-up, when memory is
    // available.
    new Callback(null, () -> {}).take();
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
    if (point != null && point.add(callback) != null) {
      callback.run();
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

  /** Runs the callback and those linked to it, on the calling thread. */
  static void runAll(@Nullable Callback first) {
    for (Callback callback = first; callback != null; ) {
      CancelNode after = callback.next;
      callback.next = null;
      callback.run();
      callback = (Callback) after;
    }
  }

  /** Runs them in a goroutine; without memory for one, does nothing and returns false. */
  static boolean runAllInGoroutine(Callback first) {
    try {
      WeftRuntime.scheduler().newGoroutine(() -> runAll(first)).start();
      return true;
    } catch (Throwable e) {
      return false; // A later call runs each action once, should the goroutine have started.
    }
  }

  /** Runs the action unless it was stopped. Throws nothing, so that the others run all the same. */
  private void run() {
    Runnable taken = take();
    if (taken == null) {
      return;
    }
    try {
      taken.run();
    } catch (Throwable failure) {
      UncaughtExceptions.report(failure);
    }
  }
}
