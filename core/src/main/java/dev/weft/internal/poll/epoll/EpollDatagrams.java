package dev.weft.internal.poll.epoll;

import dev.weft.internal.poll.PacketBuffer;
import dev.weft.internal.poll.PacketPool;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.PooledPacket;
import dev.weft.internal.poll.socket.NativeDatagrams;
import dev.weft.internal.poll.socket.NativeSocket;
import dev.weft.internal.sys.BatchCalls;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SocketCalls;
import dev.weft.internal.sys.SystemCallException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A UDP socket on epoll. */
final class EpollDatagrams extends NativeDatagrams {
  private static final int MIN_EXPECTED = 4;

  private final EpollWatch watch;

  /** The number of packets to offer for the next batch. Guarded by the read lock. */
  private int expected = BatchCalls.MAX;

  private final PacketPool packets;

  EpollDatagrams(EpollPoller poller, PollDesc poll, NativeSocket socket, PacketPool packets) {
    super(poll, socket);
    this.packets = packets;
    watch = new EpollWatch(poller, poll, socket.fd);
  }

  @Override
  protected int awaitWritable() {
    return watch.watch();
  }

  @Override
  protected @Nullable PacketBuffer tryReceive() throws SystemCallException {
    poll.consumeRead();
    PooledPacket packet = packets.take();
    int n;
    do {
      n = SocketCalls.receiveFrom(socket.fd, packet.room(), packet.rawSender());
    } while (n == -Errno.EINTR);
    if (n >= 0) {
      packet.setSize(n);
      return packet;
    }
    packet.release();
    int result = n == WOULD_BLOCK ? watch.watch() : n;
    if (result == WOULD_BLOCK) {
      return null;
    }
    throw new SystemCallException("recvfrom", -result);
  }

  /**
   * {@inheritDoc} Offers twice as many packets as the previous batch used, because each takes
   * memory for the longest datagram until the call returns.
   */
  @Override
  protected int tryReceive(PacketBuffer[] into) throws SystemCallException {
    poll.consumeRead();
    int count = Math.min(into.length, expected);
    BatchCalls batch = takeBatch();
    int taken = 0;
    int n = 0;
    try {
      for (; taken < count; taken++) {
        PooledPacket packet = packets.take();
        into[taken] = packet;
        batch.setRoom(taken, packet.room());
      }
      do {
        n = batch.receive(socket.fd, count);
      } while (n == -Errno.EINTR);
      for (int i = 0; i < n; i++) {
        PooledPacket packet = (PooledPacket) into[i];
        packet.setSize(batch.size(i));
        batch.readSender(i, packet.rawSender());
      }
    } finally {
      for (int i = Math.max(n, 0); i < taken; i++) {
        into[i].release();
      }
      giveBatch(batch);
    }
    if (n > 0) {
      expected = Math.clamp(2L * n, MIN_EXPECTED, BatchCalls.MAX);
    }
    int result = n == WOULD_BLOCK ? watch.watch() : n;
    if (result < 0 && result != WOULD_BLOCK) {
      throw new SystemCallException("recvmmsg", -result);
    }
    return Math.max(result, 0);
  }

  @Override
  protected int trySend(PacketBuffer[] packets, int from, int end) {
    BatchCalls batch = takeBatch();
    int count = Math.min(end - from, BatchCalls.MAX);
    boolean toSender = !isConnected();
    for (int i = 0; i < count; i++) {
      PooledPacket packet = (PooledPacket) packets[from + i];
      batch.setMessage(i, packet.room(), packet.length(), toSender ? packet.rawSender() : null);
    }
    int n = trySendBatch(batch, count, toSender);
    giveBatch(batch);
    for (int i = 0; i < n; i++) {
      packets[from + i].release();
    }
    return n;
  }

  @Override
  protected int trySend(PacketBuffer packet, @Nullable SocketAddress to) {
    PooledPacket pooled = (PooledPacket) packet;
    RawAddress raw = to != null ? socket.raw(to) : isConnected() ? null : pooled.rawSender();
    int n =
        to != null && raw == null
            ? -Errno.EAFNOSUPPORT
            : trySendRaw(pooled.room(), 0, pooled.length(), raw);
    if (n >= 0) {
      pooled.release();
    }
    return n;
  }

  @Override
  protected void close() {
    watch.close(socket.isShared());
    released();
  }
}
