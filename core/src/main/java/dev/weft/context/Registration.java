package dev.weft.context;

/** An action to run when a context is cancelled; see {@link Context#afterFunc} . */
public sealed interface Registration permits Callback {
  /**
   * Removes the action, so that it will not run. Never blocks, and does not wait for an action that
   * is running.
   *
   * @return whether this prevented the action; false if it has run, is running, or was stopped
   *     before
   */
  boolean stop();
}
