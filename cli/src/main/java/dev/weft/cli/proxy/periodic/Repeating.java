package dev.weft.cli.proxy.periodic;

import dev.weft.Weft;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Calls an action again and again in a goroutine, with a pause after each call, until it is closed.
 * A call that fails, also with an {@code OutOfMemoryError}, does not end it.
 */
public final class Repeating implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.weft.cli");

  private final String name;
  private final Supplier<Duration> pause;
  private final Runnable action;
  private final Thread goroutine;
  private volatile boolean closed;

  /**
   * Makes the first call at once.
   *
   * @param name of the goroutine
   * @param pause asked after each call
   */
  public Repeating(String name, Supplier<Duration> pause, Runnable action) {
    this.name = name;
    this.pause = pause;
    this.action = action;
    goroutine = Weft.go(name, this::run);
  }

  private void run() {
    // The flag as well as the interrupt: an action may clear the interrupt.
    while (!closed) {
      try {
        action.run();
      } catch (RuntimeException | Error e) {
        log(e);
      }
      try {
        Weft.sleep(pause.get());
      } catch (InterruptedException e) {
        return; // closed
      } catch (OutOfMemoryError e) {
        // There is no memory for a pause: the next call comes at once.
      }
    }
  }

  private void log(Throwable failure) {
    try {
      LOG.log(Level.WARNING, name + " failed and will be tried again", failure);
    } catch (OutOfMemoryError e) {
      // There is no memory for a log entry either.
    }
  }

  /** Ends it; a call that is in progress is interrupted, and not waited for. */
  @Override
  public void close() {
    closed = true;
    goroutine.interrupt();
  }
}
