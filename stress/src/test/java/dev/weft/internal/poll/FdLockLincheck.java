package dev.weft.internal.poll;

import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Uses of a descriptor and its closing are atomic: each use succeeds or finds it closed, in some
 * order; no thread waits for ever, and the last one releases it.
 */
public class FdLockLincheck {
  private final FdLock lock = new FdLock();
  private final AtomicInteger readers = new AtomicInteger();
  private final AtomicInteger writers = new AtomicInteger();
  private final AtomicInteger released = new AtomicInteger();
  private volatile boolean wrong;

  @Operation
  public boolean use() {
    if (!lock.reference()) {
      return false;
    }
    checkNotReleased();
    leave(lock.dereference());
    return true;
  }

  @Operation
  public boolean read() {
    if (lock.lockRead() != FdLock.OK) {
      return false;
    }
    checkAlone(readers.incrementAndGet());
    readers.decrementAndGet();
    leave(lock.unlockRead());
    return true;
  }

  @Operation
  public boolean write() {
    if (lock.lockWrite() != FdLock.OK) {
      return false;
    }
    checkAlone(writers.incrementAndGet());
    writers.decrementAndGet();
    leave(lock.unlockWrite());
    return true;
  }

  @Operation
  public boolean close() {
    if (!lock.close()) {
      return false;
    }
    leave(lock.dereference());
    return true;
  }

  private void checkAlone(int inside) {
    wrong |= inside != 1;
    checkNotReleased();
  }

  private void checkNotReleased() {
    wrong |= released.get() != 0;
  }

  private void leave(boolean last) {
    if (last) {
      released.incrementAndGet();
    }
  }

  @Validate
  public void releasedOnceAndLast() {
    if (wrong) {
      throw new AssertionError("two inside at once, or used after it was released");
    }
    if (released.get() != (lock.isClosed() ? 1 : 0)) {
      throw new AssertionError("released " + released + " times, closed " + lock.isClosed());
    }
  }

  @Test
  void underLoad() {
    new StressOptions().iterations(8).invocationsPerIteration(1_000).check(FdLockLincheck.class);
  }

  @Test
  void modelChecked() {
    new ModelCheckingOptions()
        .iterations(8)
        .invocationsPerIteration(1_000)
        .check(FdLockLincheck.class);
  }
}
