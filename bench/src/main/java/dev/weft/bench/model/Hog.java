package dev.weft.bench.model;

/** Computes without end and without ever giving its thread up. */
final class Hog implements Runnable {
  /** Read by nobody; written so that the loop is not optimized away. */
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
