package dev.weft.debug.internal.dash;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A reading whose duration grows with what the program has, such as a dump of its goroutines. It is
 * taken again only after a pause of {@link #PAUSE} times its own duration, so it uses at most 2 %
 * of one CPU. Not safe for use by several threads.
 */
final class Paced<T> {
  private static final int PAUSE = 50;

  private final Supplier<T> reading;
  private @Nullable T last;
  private long due;

  Paced(Supplier<T> reading) {
    this.reading = reading;
  }

  /**
   * The newest reading.
   *
   * @param begin the time, on {@link System#nanoTime}'s scale
   */
  T get(long begin) {
    T result = last;
    if (result == null || begin - due >= 0) {
      result = reading.get();
      long end = System.nanoTime();
      due = end + PAUSE * (end - begin);
      last = result;
    }
    return result;
  }
}
