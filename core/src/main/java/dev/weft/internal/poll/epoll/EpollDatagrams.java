package dev.weft.internal.poll.epoll;

import dev.weft.internal.poll.PacketBuffer;
import dev.weft.internal.poll.PacketPool;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.socket.NativeDatagrams;
import dev.weft.internal.poll.socket.NativeSocket;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SystemCallException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A datagram socket on epoll.
 *
 * <p>A batch smaller than the room for it has emptied the socket, so after it the next receive
 * waits without a system call, as after a short read of a stream ({@link EpollStream}): a later
 * datagram or error makes a new edge.
 */
final class EpollDatagrams extends NativeDatagrams {
  private final EpollWatch watch;

  /** Whether the socket was empty after the last receive. Guarded by the read lock. */
  private boolean empty;

  EpollDatagrams(EpollPoller poller, PollDesc poll, NativeSocket socket, PacketPool packets) {
    super(poll, socket, packets);
    watch = new EpollWatch(poller, poll, socket.fd);
  }

  @Override
  protected int awaitWritable() {
    return watch.watch();
  }

  @Override
  protected int awaitReadable() {
    return watch.watch();
  }

  @Override
  protected @Nullable PacketBuffer tryReceive() throws SystemCallException {
    empty = false;
    if (isCoalescing()) {
      return tryReceiveCoalesced();
    }
    poll.consumeRead();
    PacketBuffer packet = receiveOne();
    if (packet == null) {
      watch();
    }
    return packet;
  }

  @Override
  protected int tryReceive(PacketBuffer[] into) throws SystemCallException {
    if (!poll.consumeRead() && empty) {
      watch();
      return 0;
    }
    empty = false; // also when the receive fails
    int n = tryReceiveBatch(into);
    empty = hasEmptiedSocket();
    return n;
  }

  private void watch() throws SystemCallException {
    int result = watch.watch();
    if (result != WOULD_BLOCK) {
      throw new SystemCallException("epoll_ctl", -result);
    }
  }

  @Override
  protected int trySend(PacketBuffer[] packets, int from, int end) {
    return trySendBatch(packets, from, end);
  }

  @Override
  protected int trySend(PacketBuffer packet, @Nullable SocketAddress to) {
    RawAddress raw = to != null ? socket.raw(to) : isConnected() ? null : packet.rawSender();
    int n =
        to != null && raw == null
            ? -Errno.EAFNOSUPPORT
            : trySendRaw(packet.room(), packet.offset(), packet.length(), raw);
    if (n >= 0) {
      packet.release();
    }
    return n;
  }

  @Override
  protected void close() {
    try {
      releaseReceived();
    } finally {
      try {
        watch.close(socket.isShared());
      } finally {
        released();
      }
    }
  }
}
