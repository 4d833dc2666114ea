package dev.weft.internal.poll;

import dev.weft.internal.sys.SlotPool;

/** Keeps packets for reuse. */
public final class PacketPool {
  private static final int SLOTS = 64;

  private final SlotPool<PooledPacket> free = new SlotPool<>(SLOTS);

  public PooledPacket take() {
    PooledPacket packet = free.take();
    return packet != null ? packet : new PooledPacket(this);
  }

  void give(PooledPacket packet) {
    free.give(packet);
  }
}
