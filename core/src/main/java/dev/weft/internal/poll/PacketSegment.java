package dev.weft.internal.poll;

import dev.weft.internal.sys.RawAddress;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One of several datagrams that the kernel has put behind each other into one packet. The packet is
 * released with the last of them; each may have a borrower of its own.
 */
public final class PacketSegment extends PacketBuffer {
  private final PacketBuffer whole;
  private final AtomicInteger unreleased;
  private final int offset;
  private final int length;

  private PacketSegment(PacketBuffer whole, AtomicInteger unreleased, int offset, int length) {
    this.whole = whole;
    this.unreleased = unreleased;
    this.offset = offset;
    this.length = length;
  }

  /** Takes {@code whole} over: adds datagrams of {@code length} bytes, the last may be shorter. */
  public static void split(PacketBuffer whole, int length, Queue<? super PacketSegment> to) {
    int bytes = whole.length();
    AtomicInteger unreleased = new AtomicInteger((bytes + length - 1) / length);
    for (int offset = 0; offset < bytes; offset += length) {
      to.add(new PacketSegment(whole, unreleased, offset, Math.min(length, bytes - offset)));
    }
  }

  /** Reports whether this one lies directly behind {@code other}. */
  public boolean follows(PacketSegment other) {
    return whole == other.whole && offset == other.offset + other.length;
  }

  @Override
  public MemorySegment room() {
    return whole.room();
  }

  @Override
  public int offset() {
    return whole.offset() + offset;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public int size() {
    return length;
  }

  @Override
  public @Nullable SocketAddress sender() {
    return whole.sender();
  }

  @Override
  public RawAddress rawSender() {
    return whole.rawSender();
  }

  @Override
  public void release() {
    if (unreleased.decrementAndGet() == 0) {
      whole.release();
    }
  }
}
