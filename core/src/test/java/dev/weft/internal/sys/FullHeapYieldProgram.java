package dev.weft.internal.sys;

import dev.weft.FullHeapProgram;

/**
 * Yields the CPU many times while the heap is full. Prints how often that failed.
 *
 * <p>Runs in the interpreter: compiled code calls a constant method handle directly.
 */
final class FullHeapYieldProgram {
  private static final int TIMES = 300;

  private FullHeapYieldProgram() {}

  public static void main(String[] args) {
    hasYielded(); // links what it needs, as the next call does
    FullHeapProgram.letGoIn(1);
    FullHeapProgram.fill();
    int failed = 0;
    for (int i = 0; i < TIMES; i++) {
      if (!hasYielded()) {
        failed++;
      }
    }
    FullHeapProgram.letGoIn(0);
    System.out.println("failed=" + failed);
  }

  private static boolean hasYielded() {
    boolean done = false;
    try {
      Jdk.yieldCarrier();
      done = true;
      return done;
    } finally {
      if (!done) {
        return false; // without a handler for a type, which would be resolved now
      }
    }
  }
}
