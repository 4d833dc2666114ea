package dev.weft.context;

import java.util.Objects;

/**
 * A {@link Context} that its holder can cancel.
 *
 * <p>Close it when the work is done, preferably in a try-with-resources statement: until it is
 * cancelled or closed, its parent and its timer refer to it.
 */
public final class CancellableContext extends Context implements AutoCloseable {
  CancellableContext(Context parent, CancelPoint point) {
    super(parent, point, null, null);
    this.own = point;
  }

  private final CancelPoint own;

  /**
   * Cancels this context and all derived from it. Has no effect if it is cancelled already. All are
   * cancelled when this returns, except those that another thread is cancelling at the same time.
   */
  public void cancel() {
    own.cancel(CancelPoint.Reason.CANCELLED);
  }

  /** As {@link #cancel()}, with a cause that {@link #cause()} then returns. */
  public void cancel(Throwable cause) {
    own.cancel(Objects.requireNonNull(cause, "cause (use cancel() when there is none)"));
  }

  /** The same as {@link #cancel()}. */
  @Override
  public void close() {
    cancel();
  }

  @Override
  String describe() {
    return own.hasDeadline() ? ".withDeadline" : ".withCancel";
  }
}
