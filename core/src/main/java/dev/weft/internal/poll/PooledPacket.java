package dev.weft.internal.poll;

import dev.weft.internal.sys.RawAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A packet of a {@link PacketPool}. The sender's address is converted to an object when it is first
 * asked for.
 */
public final class PooledPacket extends PacketBuffer {
  /** Enough for any datagram: the length field of UDP has 16 bits. */
  public static final int ROOM = 64 * 1024;

  private final PacketPool pool;

  // An automatic arena, so that the garbage collector frees the memory of a packet that was never
  // released.
  private final MemorySegment room = Arena.ofAuto().allocate(ROOM, 64);
  private RawAddress sender = new RawAddress();
  private int size;

  PooledPacket(PacketPool pool) {
    this.pool = pool;
  }

  // For backends

  /** Returns the whole memory, to receive into. */
  public MemorySegment room() {
    return room;
  }

  public RawAddress rawSender() {
    return sender;
  }

  public void setSender(RawAddress address) {
    sender = address;
  }

  public void setSize(int bytes) {
    size = bytes;
  }

  // For borrowers

  /** Returns the number of bytes received. */
  public int length() {
    return Math.min(size, ROOM);
  }

  @Override
  public MemorySegment memory() {
    return room.asSlice(0, length());
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public @Nullable SocketAddress sender() {
    return sender.toSocketAddress();
  }

  @Override
  public void release() {
    pool.give(this);
  }
}
