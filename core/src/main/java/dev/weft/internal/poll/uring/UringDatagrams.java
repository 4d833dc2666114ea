package dev.weft.internal.poll.uring;

import dev.weft.internal.poll.PacketBuffer;
import dev.weft.internal.poll.PacketPool;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.PooledPacket;
import dev.weft.internal.poll.socket.NativeDatagrams;
import dev.weft.internal.poll.socket.NativeSocket;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.Libc;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SystemCallException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A UDP socket on io_uring. */
final class UringDatagrams extends NativeDatagrams {
  private final UringPoller poller;
  private final PacketPool packets;
  private final Awaiting readable;
  private final Awaiting writable;

  UringDatagrams(UringPoller poller, PollDesc poll, NativeSocket socket, PacketPool packets) {
    super(poll, socket);
    this.poller = poller;
    this.packets = packets;
    readable = new Awaiting(poller, socket.fd, Awaiting.POLLIN, poll::signalRead);
    writable = new Awaiting(poller, socket.fd, Awaiting.POLLOUT, poll::signalWrite);
  }

  @Override
  protected int awaitWritable() {
    writable.begin();
    return WOULD_BLOCK;
  }

  @Override
  protected @Nullable PacketBuffer tryReceive() throws SystemCallException {
    poll.consumeRead();
    PooledPacket packet = packets.take();
    int n;
    do {
      n = Libc.receiveFrom(socket.fd, packet.room(), packet.rawSender());
    } while (n == -Errno.EINTR);
    if (n >= 0) {
      packet.setSize(n);
      return packet;
    }
    packet.release();
    if (n == WOULD_BLOCK) {
      readable.begin();
      return null;
    }
    throw new SystemCallException("recvfrom", -n);
  }

  @Override
  protected int trySend(PacketBuffer packet, @Nullable InetSocketAddress to) {
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
    readable.cancel();
    writable.cancel();
    poller.close(socket.fd, null);
  }
}
