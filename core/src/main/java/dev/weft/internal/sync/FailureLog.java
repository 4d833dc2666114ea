package dev.weft.internal.sync;

import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Logs failures of threads that must not block. Never throws: without memory the failure is only
 * counted, and the next log entry has the count.
 */
public final class FailureLog {
  /** A machine that fails for lack of memory retries a thousand times a second. */
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final AtomicLong UNWRITTEN = new AtomicLong();
  private static final AtomicLong LAST = new AtomicLong(System.nanoTime() - INTERVAL_NANOS);

  private FailureLog() {}

  /**
   * Loads and links what {@link #write} needs while memory is available, in particular this class:
   * a class whose initialization failed cannot be used any more.
   */
  public static void prepare() {
    resolve(Throwable.class);
    report("", null);
  }

  /**
   * Returns its argument. A field initialized so is not a compile-time constant: a string constant
   * is allocated at its first use, which must not happen in an exception handler.
   */
  public static String message(String text) {
    return text;
  }

  /**
   * Does nothing, but makes the caller resolve the classes. The types of an exception handler are
   * resolved when it first catches, which takes memory and without it fails with another exception.
   * A class whose handlers must work without memory names their types here in its initializer.
   */
  public static void resolve(@SuppressWarnings("unused") Class<?>... caught) {}

  /**
   * Logs {@code failure} from a new thread: loggers take locks that may be held by goroutines which
   * only the calling thread can run.
   */
  public static void write(String what, Throwable failure) {
    try {
      long now = System.nanoTime();
      long last = LAST.get();
      if (now - last < INTERVAL_NANOS || !LAST.compareAndSet(last, now)) {
        UNWRITTEN.incrementAndGet();
        return;
      }
      long unwritten = UNWRITTEN.get();
      report(
          unwritten == 0 ? what : what + " (" + unwritten + " failures before it were not logged)",
          failure);
      UNWRITTEN.addAndGet(-unwritten);
    } catch (Throwable another) {
      UNWRITTEN.incrementAndGet();
    }
  }

  private static void report(String message, @Nullable Throwable failure) {
    Thread.ofVirtual()
        .name("weft-failure")
        .start(() -> {
          if (failure != null) {
            System.getLogger("dev.weft").log(Level.ERROR, message, failure);
          }
        });
  }
}
