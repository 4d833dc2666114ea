package dev.weft.cli.serve;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Lends read buffers, so that a connection holds one only while it has something to read.
 *
 * <p>A buffer usually comes back before the goroutine parks, so as many slots as threads are
 * enough; what does not fit is left to the garbage collector.
 */
final class Buffers {
  static final int SIZE = 8 * 1024;

  private static final int SLOTS = 64;

  private final AtomicReferenceArray<byte @Nullable []> free = new AtomicReferenceArray<>(SLOTS);

  byte[] take() {
    for (int i = 0; i < SLOTS; i++) {
      if (free.getPlain(i) != null) {
        byte[] buffer = free.getAndSet(i, null);
        if (buffer != null) {
          return buffer;
        }
      }
    }
    return new byte[SIZE];
  }

  void give(byte[] buffer) {
    for (int i = 0; i < SLOTS; i++) {
      if (free.getPlain(i) == null && free.compareAndSet(i, null, buffer)) {
        return;
      }
    }
  }
}
