package dev.weft.bench.model;

/** Computes in an endless loop that never yields. */
final class Hog implements Runnable {
  /** Written so that the compiler does not remove the loop. */
  private static volatile long sink;

  @Override
  public void run() {
    long x = System.nanoTime() | 1;
    while (true) {
      for (int i = 0; i < 1_000_000; i++) {
        x = x * 6_364_136_223_846_793_005L + 1;
      }
      sink = x;
    }
  }

  static long sink() {
    return sink;
  }
}
