package dev.weft.debug.internal.metrics;

/**
 * The buckets of a native histogram of durations: eight for each power of two of a second, so that
 * a bucket's bounds differ by 9 %. Shorter durations are counted in the first bucket, longer ones
 * in the last.
 */
final class NativeBuckets {
  private static final int SCHEMA = 3;
  private static final int PER_OCTAVE = 1 << SCHEMA;

  /** From 2^-24 s, 60 ns, to 2^12 s, an hour. */
  private static final int FIRST = -24 * PER_OCTAVE;

  private static final int LAST = 12 * PER_OCTAVE;

  static final int COUNT = LAST - FIRST + 1;

  /** The bounds between 1 and 2, without them. */
  private static final double[] FRACTIONS = new double[PER_OCTAVE - 1];

  static {
    for (int i = 0; i < FRACTIONS.length; i++) {
      FRACTIONS[i] = Math.pow(2, (i + 1) / (double) PER_OCTAVE);
    }
  }

  private NativeBuckets() {}

  /** Returns the index of the bucket, from 0 to {@link #COUNT} - 1. */
  static int of(double seconds) {
    return Math.clamp(number(seconds) - FIRST, 0, COUNT - 1);
  }

  /** Returns the upper bound of a bucket by its index; the last one has none. */
  static double bound(int index) {
    if (index == COUNT - 1) {
      return Double.POSITIVE_INFINITY;
    }
    int number = FIRST + index;
    int fraction = Math.floorMod(number, PER_OCTAVE);
    double scale = fraction == 0 ? 1 : FRACTIONS[fraction - 1];
    return Math.scalb(scale, Math.floorDiv(number, PER_OCTAVE));
  }

  /** Returns the least i with seconds <= 2^(i/8). */
  private static int number(double seconds) {
    if (!(seconds >= Double.MIN_NORMAL)) {
      return Integer.MIN_VALUE / 2;
    }
    int exponent = Math.getExponent(seconds);
    double fraction = seconds / Math.scalb(1.0, exponent);
    int number = PER_OCTAVE * exponent;
    if (fraction == 1) {
      return number;
    }
    for (double bound : FRACTIONS) {
      number++;
      if (fraction <= bound) {
        return number;
      }
    }
    return number + 1;
  }

  /** Makes the histogram of the counts by index. */
  static Histogram.Exponential histogram(long[] counts) {
    return new Histogram.Exponential(SCHEMA, FIRST, counts, 0);
  }
}
