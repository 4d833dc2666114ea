package dev.weft.internal.poll;

/**
 * Cancels the calls of one caller, such as those with a context. Unlike closing and deadlines it
 * does not concern the descriptor.
 */
public interface CancelSignal {
  /** Whether to give up; once true, always true. */
  boolean isAborted();

  /**
   * Has {@code action} run when {@link #isAborted} has become true, or now if it is. The action is
   * short and does not block.
   */
  Registration onAbort(Runnable action);

  /** What the call throws. */
  RuntimeException toException();

  /** What {@link #onAbort} has arranged. */
  interface Registration {
    /** Forgets the action. */
    void stop();
  }
}
