package dev.weft.internal.poll;

/**
 * Cancels the calls of one caller, for example those bound to a context. Unlike closing and
 * deadlines it does not affect the descriptor.
 */
public interface CancelSignal {
  /** Reports whether the calls are cancelled; once true, always true. */
  boolean isCancelled();

  /**
   * Runs {@code action} once {@link #isCancelled} has become true, at once if it is. The action
   * must be short and must not block.
   */
  Registration onCancel(Runnable action);

  /** Returns the exception for a cancelled call to throw. */
  RuntimeException toException();

  /** The registration of an action. */
  interface Registration {
    /** Removes the action. */
    void stop();
  }
}
