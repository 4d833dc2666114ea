package dev.weft.internal.sched;

import java.lang.System.Logger.Level;

/** How threads of the scheduler tell what has failed, without waiting for anything. */
public final class FailureLog {
  private FailureLog() {}

  /**
   * Logs it from a thread of its own: a logger has locks, for which goroutines may be waiting that
   * only the caller can let go on. Throws nothing.
   */
  public static void write(String what, Throwable failure) {
    try {
      Thread.ofVirtual()
          .name("weft-failure")
          .start(() -> System.getLogger("dev.weft").log(Level.ERROR, what, failure));
    } catch (Throwable another) {
      failure.addSuppressed(another); // Then the memory is out, and nobody can be told.
    }
  }
}
