package dev.weft.debug.internal.dash;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A reading whose duration grows with the size of the program, such as a dump of its goroutines. It
 * is taken again only after a pause of {@link #PAUSE} times its own duration, so it uses at most 2
 * % of one CPU. The shorter of the last two durations counts: the first reading loads classes, and
 * the system may stop a thread during any. Not safe for use by several threads.
 */
final class ThrottledReading<T> {
  private static final int PAUSE = 50;

  private final Supplier<T> reading;
  private @Nullable T last;
  private long took;
  private long due;

  ThrottledReading(Supplier<T> reading) {
    this.reading = reading;
  }

  /**
   * The newest reading.
   *
   * @param now the time, on {@link System#nanoTime}'s scale
   */
  T get(long now) {
    T result = last;
    if (result == null || now - due >= 0) {
      long begin = System.nanoTime();
      result = reading.get();
      long end = System.nanoTime();
      due = end + PAUSE * Math.min(took, end - begin);
      took = end - begin;
      last = result;
    }
    return result;
  }
}
