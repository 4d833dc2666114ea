package dev.weft.internal.poll;

/**
 * A caller's own reason to give up a call, besides closing, deadlines and interrupts. It concerns
 * that caller's calls only, not the descriptor.
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
