package dev.weft.internal.sched;

import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Reports failures of the scheduler's own threads without blocking them. Throws nothing, also when
 * memory is out: the failure is then counted, and the next report says how many were not written.
 */
public final class FailureLog {
  /** A machine that fails for want of memory retries a thousand times a second. */
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final AtomicLong UNWRITTEN = new AtomicLong();
  private static final AtomicLong LAST = new AtomicLong(System.nanoTime() - INTERVAL_NANOS);

  private FailureLog() {}

  /**
   * Loads and links what {@link #write} needs, while there is memory for that; the class itself
   * above all: a class that could not be initialized stays so.
   */
  static void prepare() {
    resolve(Throwable.class);
    report("", null);
  }

  /**
   * The same text, but no constant to the compiler: a string constant is allocated when it is first
   * used, which must not be in the handler.
   */
  public static String message(String text) {
    return text;
  }

  /**
   * Does nothing, but the caller names the classes: a class resolves what its handlers catch when
   * they first catch, which takes memory, and fails with another exception when there is none. A
   * class whose handlers must work then names these types at its initialization.
   */
  public static void resolve(@SuppressWarnings("unused") Class<?>... caught) {}

  /**
   * Logs {@code failure} from a thread of its own: loggers take locks, for which goroutines may be
   * waiting that only the calling thread can run.
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
