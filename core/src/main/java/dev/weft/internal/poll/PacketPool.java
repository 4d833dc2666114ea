package dev.weft.internal.poll;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Keeps packets for reuse. Most come back before the next is taken, so the first slots are the warm
 * ones; what does not fit is left to the garbage collector.
 */
public final class PacketPool {
  private static final int SLOTS = 64;

  private final AtomicReferenceArray<PooledPacket> free = new AtomicReferenceArray<>(SLOTS);

  public PooledPacket take() {
    for (int i = 0; i < SLOTS; i++) {
      if (free.getPlain(i) != null) {
        PooledPacket packet = free.getAndSet(i, null);
        if (packet != null) {
          return packet;
        }
      }
    }
    return new PooledPacket(this);
  }

  void give(PooledPacket packet) {
    for (int i = 0; i < SLOTS; i++) {
      if (free.getPlain(i) == null && free.compareAndSet(i, null, packet)) {
        return;
      }
    }
  }
}
