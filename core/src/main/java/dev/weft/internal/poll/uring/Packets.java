package dev.weft.internal.poll.uring;

import dev.weft.internal.poll.PacketBuffer;
import dev.weft.internal.sys.CompletionQueue;
import dev.weft.internal.sys.IoUring;
import dev.weft.internal.sys.MessageBuffers;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The buffers into which the kernel receives datagrams for all sockets of one ring, and from which
 * datagrams are forwarded. A packet that is never released is lost to the ring. While all are lent,
 * receives end, and calls read the socket into memory of the {@link
 * dev.weft.internal.poll.PacketPool}.
 */
final class Packets {
  static final int GROUP = 1;

  private static final int COUNT = 256;

  private final ProcessorRing ring;
  private final MessageBuffers buffers;
  private final Packet[] packets;
  private final LongAdder lent = new LongAdder();
  private final LongAdder copiedByKernel = new LongAdder();
  private final LongAdder sentFromPlace = new LongAdder();

  /** A buffer that holds a datagram. */
  final class Packet extends PacketBuffer {
    private final int id;

    Packet(int id) {
      this.id = id;
    }

    @Override
    public MemorySegment room() {
      return buffers.payload(id);
    }

    @Override
    public int offset() {
      return 0;
    }

    @Override
    public int length() {
      return buffers.length(id);
    }

    @Override
    public int size() {
      return buffers.size(id);
    }

    @Override
    public @Nullable SocketAddress sender() {
      return buffers.sender(id).toSocketAddress();
    }

    @Override
    public void release() {
      lent.decrement();
      ring.lock();
      buffers.add(id);
      ring.unlock();
    }

    MemorySegment sending(boolean toSender, @Nullable RawAddress to) {
      return buffers.sending(id, toSender, to);
    }

    @Override
    public RawAddress rawSender() {
      return buffers.sender(id);
    }

    /**
     * Counts a zero-copy notification; returns whether the kernel copied the datagram after all.
     */
    boolean sentFromPlace(int notification) {
      sentFromPlace.increment();
      boolean copied = (notification & CompletionQueue.COPIED) != 0;
      if (copied) {
        copiedByKernel.increment();
      }
      return copied;
    }
  }

  Packets(ProcessorRing ring, IoUring of) throws SystemCallException {
    this.ring = ring;
    buffers = new MessageBuffers(of, GROUP, COUNT);
    packets = new Packet[COUNT];
    for (int i = 0; i < COUNT; i++) {
      packets[i] = new Packet(i);
    }
  }

  MessageBuffers buffers() {
    return buffers;
  }

  /** Returns the packet of a completion. */
  Packet arrived(int flags) {
    lent.increment();
    return packets[CompletionQueue.buffer(flags)];
  }

  /** How many packets the kernel does not own; a snapshot. */
  int lent() {
    return lent.intValue();
  }

  /** How many datagrams were sent with zero copy. */
  long sentFromPlace() {
    return sentFromPlace.sum();
  }

  /** Returns how many of them the kernel copied nevertheless, as it does for local receivers. */
  long copiedByKernel() {
    return copiedByKernel.sum();
  }
}
