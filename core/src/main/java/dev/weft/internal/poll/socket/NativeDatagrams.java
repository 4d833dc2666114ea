package dev.weft.internal.poll.socket;

import dev.weft.internal.poll.ClosingPorts;
import dev.weft.internal.poll.DatagramTransport;
import dev.weft.internal.poll.Endpoint;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SocketCalls;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A datagram socket, except for receiving, forwarding received packets, and waiting. */
public abstract class NativeDatagrams extends DatagramTransport {
  protected final NativeSocket socket;
  private ClosingPorts.@Nullable Hold port;

  protected NativeDatagrams(PollDesc poll, NativeSocket socket) {
    super(poll);
    this.socket = socket;
  }

  /** From now on the write signal comes when there is room to send. */
  protected abstract int awaitWritable();

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

  /** To be called when the kernel has closed the socket. */
  protected final void released() {
    ClosingPorts.Hold held = port;
    if (held != null) {
      held.release();
    }
  }

  /** Reports whether the socket has one peer. */
  protected final boolean isConnected() {
    return socket.remoteAddress() != null;
  }

  @Override
  protected final int trySend(
      MemorySegment memory, long offset, int length, @Nullable SocketAddress to) {
    RawAddress raw = to == null ? null : socket.raw(to);
    return to != null && raw == null
        ? -Errno.EAFNOSUPPORT
        : trySendRaw(memory, offset, length, raw);
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
      if (n == WOULD_BLOCK && !poll.consumeWrite()) {
        return awaitWritable();
      }
      // The signal may be older than this try. It is consumed now, so try once more.
      if (n != WOULD_BLOCK && n != -Errno.EINTR) {
        return n;
      }
    }
  }
}
