package dev.weft.agent.runtime;

import dev.weft.internal.timer.Timer;
import dev.weft.internal.timer.TimerHeap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Ends a timed park of a virtual thread, by a timer of Weft instead of a timer thread of the JDK.
 *
 * <p>{@code VirtualThread} only cancels the returned future.
 */
final class ParkTimer extends Timer implements Future<Void> {
  private final Runnable action;

  /**
   * @param action the JDK's action, which makes the virtual thread ready; it is short and takes no
   *     lock
   */
  ParkTimer(TimerHeap heap, Runnable action) {
    super(heap);
    this.action = action;
  }

  @Override
  protected void fire() {
    action.run();
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    return cancel();
  }

  @Override
  public boolean isCancelled() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isDone() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Void get() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Void get(long timeout, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }
}
