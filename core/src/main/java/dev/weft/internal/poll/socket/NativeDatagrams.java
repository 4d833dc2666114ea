package dev.weft.internal.poll.socket;

import dev.weft.internal.poll.ClosingPorts;
import dev.weft.internal.poll.DatagramTransport;
import dev.weft.internal.poll.Endpoint;
import dev.weft.internal.poll.PacketBuffer;
import dev.weft.internal.poll.PacketPool;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.PooledPacket;
import dev.weft.internal.sys.BatchCalls;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.MulticastCalls;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SocketCalls;
import dev.weft.internal.sys.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A datagram socket, except for receiving, forwarding received packets, and waiting. */
public abstract class NativeDatagrams extends DatagramTransport {
  protected final NativeSocket socket;
  protected final PacketPool pool;
  private final BatchReceiver receiver;
  private final BatchSender sender;
  private ClosingPorts.@Nullable Hold port;

  /** Set before the kernel begins to coalesce datagrams. */
  private volatile @Nullable CoalescedReceiver coalesced;

  protected NativeDatagrams(PollDesc poll, NativeSocket socket, PacketPool pool) {
    super(poll);
    this.socket = socket;
    this.pool = pool;
    receiver = new BatchReceiver(socket.fd, pool);
    sender = new BatchSender(this);
  }

  /** Arranges for the write signal when there is room to send. */
  protected abstract int awaitWritable();

  /** Arranges for the read signal when there is something to receive. */
  protected abstract int awaitReadable();

  @Override
  protected final Endpoint endpoint() {
    return socket;
  }

  @Override
  protected final int bind(SocketAddress address) {
    return socket.bind(address);
  }

  @Override
  protected final int connect(SocketAddress address) {
    return socket.connect(address);
  }

  @Override
  protected final void beginClose() {
    port = ClosingPorts.hold(socket.knownLocalAddress());
  }

  /** Called when the kernel has closed the socket. */
  protected final void released() {
    ClosingPorts.Hold held = port;
    if (held != null) {
      held.release();
    }
  }

  /** Reports whether the socket is connected to a peer. */
  protected final boolean isConnected() {
    return socket.remoteAddress() != null;
  }

  @Override
  protected final void setMembership(boolean join, InetAddress group, NetworkInterface on)
      throws SystemCallException {
    boolean v6 = group instanceof Inet6Address;
    int family = v6 ? SocketCalls.AF_INET6 : SocketCalls.AF_INET;
    RawAddress raw = new RawAddress(new InetSocketAddress(group, 0), family);
    SystemCallException.check(
        "setsockopt", MulticastCalls.setMembership(socket.fd, join, v6, raw, on.getIndex()));
  }

  // Receiving

  /** Reads one datagram from the socket; {@code null} when there is none. Does not wait. */
  protected final @Nullable PacketBuffer receiveOne() throws SystemCallException {
    PooledPacket packet = pool.take();
    int n;
    do {
      n = SocketCalls.receiveFrom(socket.fd, packet.room(), packet.rawSender());
    } while (n == -Errno.EINTR);
    if (n >= 0 && !isCoalescing()) {
      packet.setSize(n);
      return packet;
    }
    packet.release();
    if (n < 0 && n != WOULD_BLOCK) {
      throw new SystemCallException("recvfrom", -n);
    }
    // Received while coalescing began: how many datagrams it is was not told, so they are lost.
    return n >= 0 ? tryReceiveCoalesced() : null;
  }

  /** As {@link #tryReceive(PacketBuffer[])}, with one system call for several datagrams. */
  protected final int tryReceiveBatch(PacketBuffer[] into) throws SystemCallException {
    poll.consumeRead();
    CoalescedReceiver segments = coalesced;
    int n = segments == null ? receiver.receive(into, false) : segments.receive(into);
    if (segments == null && isCoalescing()) {
      for (int i = 0; i < n; i++) {
        into[i].release(); // as in receiveOne
      }
      return tryReceiveBatch(into);
    }
    int result = n == WOULD_BLOCK ? awaitReadable() : n;
    if (result < 0 && result != WOULD_BLOCK) {
      throw new SystemCallException("recvmmsg", -result);
    }
    return Math.max(result, 0);
  }

  /** Reports whether the last {@link #tryReceiveBatch} is known to have emptied the socket. */
  protected final boolean hasEmptiedSocket() {
    return !isCoalescing() && receiver.hasEmptied();
  }

  /** As {@link #tryReceive()}, while the kernel coalesces datagrams. */
  protected final @Nullable PacketBuffer tryReceiveCoalesced() throws SystemCallException {
    PacketBuffer[] one = new PacketBuffer[1];
    return tryReceiveBatch(one) == 0 ? null : one[0];
  }

  /** Reports whether packets may have several datagrams. */
  protected final boolean isCoalescing() {
    return coalesced != null;
  }

  @Override
  protected boolean coalesce() {
    if (socket.isUnix()) {
      return false;
    }
    if (coalesced == null) {
      coalesced = new CoalescedReceiver(receiver);
    }
    return BatchCalls.coalesce(socket.fd) >= 0;
  }

  /** Releases what was received and not asked for. To be called when no call uses the socket. */
  protected final void releaseReceived() {
    CoalescedReceiver segments = coalesced;
    if (segments != null) {
      segments.close();
    }
  }

  // Sending

  @Override
  protected final int trySend(
      MemorySegment memory, long offset, int length, @Nullable SocketAddress to) {
    RawAddress raw = to == null ? null : socket.raw(to);
    return to != null && raw == null
        ? -Errno.EAFNOSUPPORT
        : trySendRaw(memory, offset, length, raw);
  }

  @Override
  protected final int trySend(ByteBuffer[] buffers, int first, @Nullable SocketAddress to) {
    RawAddress raw = to == null ? null : socket.raw(to);
    return to != null && raw == null ? -Errno.EAFNOSUPPORT : sender.trySend(buffers, first, raw);
  }

  /** As {@link #trySend(PacketBuffer[], int, int)}, with one system call. */
  protected final int trySendBatch(PacketBuffer[] packets, int from, int end) {
    return sender.trySend(packets, from, end);
  }

  /** Sends a batch now, or a part of it, or arranges for the write signal. */
  final int trySendBatch(BatchCalls batch, int count, boolean named) {
    while (true) {
      int n = batch.send(socket.fd, count);
      if (n == WOULD_BLOCK && named && socket.isUnix()) {
        return TRY_LATER;
      }
      if (n == WOULD_BLOCK && !poll.consumeWrite()) {
        return awaitWritable();
      }
      if (n != WOULD_BLOCK && n != -Errno.EINTR) {
        return n;
      }
    }
  }

  /**
   * Sends now, or arranges for the write signal.
   *
   * @param to {@code null} for the connected peer
   */
  protected final int trySendRaw(
      MemorySegment memory, long offset, int length, @Nullable RawAddress to) {
    while (true) {
      int n = SocketCalls.sendTo(socket.fd, memory, offset, length, to);
      if (n == WOULD_BLOCK && to != null && socket.isUnix()) {
        return TRY_LATER; // The receiver's queue is full; no signal reports when it has room.
      }
      if (n == WOULD_BLOCK && !poll.consumeWrite()) {
        return awaitWritable();
      }
      // The consumed signal may have been older than this try, so try once more.
      if (n != WOULD_BLOCK && n != -Errno.EINTR) {
        return n;
      }
    }
  }
}
