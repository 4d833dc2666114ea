package dev.weft.context;

/** Something to be run when a context is cancelled; see {@link Context#afterFunc} . */
public sealed interface Registration permits Callback {
  /**
   * Sees to it that it will not be run, and forgets it. Never blocks, and does not wait for it if
   * it is running.
   *
   * @return whether that came in time; false if it was or is being run, or was stopped before
   */
  boolean stop();
}
