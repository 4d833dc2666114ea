package dev.weft.internal.poll;

import java.util.concurrent.atomic.AtomicReference;

/** A cancel signal for one wait, as simple as the contract allows. */
final class OneCancelSignal implements CancelSignal {
  private static final Runnable NONE = () -> {};
  private static final Runnable DONE = () -> {};

  /** What to run, {@link #NONE} while there is nothing, {@link #DONE} once cancelled. */
  private final AtomicReference<Runnable> action = new AtomicReference<>(NONE);

  void cancelSignal() {
    action.getAndSet(DONE).run();
  }

  @Override
  public boolean isCancelled() {
    return action.get() == DONE;
  }

  @Override
  public Registration onCancel(Runnable what) {
    if (!action.compareAndSet(NONE, what)) {
      what.run();
    }
    return () -> action.compareAndSet(what, NONE);
  }

  @Override
  public RuntimeException toException() {
    return new IllegalStateException("cancelled");
  }
}
