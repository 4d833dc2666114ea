package dev.weft.bench.model;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Pools read buffers. Nearly all are returned before the next is taken, which then needs no queue.
 */
final class Buffers {
  private final int size;
  private final AtomicReference<byte @Nullable []> spare = new AtomicReference<>();
  private final ConcurrentLinkedQueue<byte[]> others = new ConcurrentLinkedQueue<>();

  Buffers(int size) {
    this.size = size;
  }

  byte[] take() {
    byte[] buffer = spare.getAndSet(null);
    if (buffer == null) {
      buffer = others.poll();
    }
    return buffer == null ? new byte[size] : buffer;
  }

  void give(byte[] buffer) {
    if (!spare.compareAndSet(null, buffer)) {
      others.add(buffer);
    }
  }
}
