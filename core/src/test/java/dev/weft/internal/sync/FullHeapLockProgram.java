package dev.weft.internal.sync;

import dev.weft.FullHeapProgram;

/**
 * Takes a spin lock many times while the heap is full. Prints how often that failed.
 *
 * <p>Runs in the interpreter: compiled code calls a constant method handle directly.
 */
final class FullHeapLockProgram extends SpinLock {
  private static final int TIMES = 500;

  private FullHeapLockProgram() {}

  public static void main(String[] args) {
    var lock = new FullHeapLockProgram();
    lock.isTaken(); // links what it needs, as the next call does
    FullHeapProgram.letGoIn(1);
    FullHeapProgram.fill();
    int failed = 0;
    for (int i = 0; i < TIMES; i++) {
      if (!lock.isTaken()) {
        failed++;
      }
    }
    FullHeapProgram.letGoIn(0);
    System.out.println("failed=" + failed);
  }

  private boolean isTaken() {
    boolean taken = false;
    try {
      lock();
      taken = true;
      unlock();
      return taken;
    } finally {
      if (!taken) {
        return false; // without a handler for a type, which would be resolved now
      }
    }
  }
}
