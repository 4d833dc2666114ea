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
  private int segment;

  PooledPacket(PacketPool pool) {
    this.pool = pool;
  }

  // For backends

  public void setSender(RawAddress address) {
    sender = address;
  }

  /** Says that one datagram of that size was received. */
  public void setSize(int bytes) {
    setSize(bytes, 0);
  }

  /**
   * Says what was received.
   *
   * @param segmentBytes of each datagram when there are several, of which the last may be shorter;
   *     0 for one
   */
  public void setSize(int bytes, int segmentBytes) {
    size = bytes;
    segment = segmentBytes;
  }

  /** The length of one datagram when there are several, or 0. */
  public int segment() {
    return segment;
  }

  // For borrowers

  /** {@inheritDoc} All of it may be received into. */
  @Override
  public MemorySegment room() {
    return room;
  }

  @Override
  public int offset() {
    return 0;
  }

  @Override
  public int length() {
    return Math.min(size, ROOM);
  }

  @Override
  public RawAddress rawSender() {
    return sender;
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
