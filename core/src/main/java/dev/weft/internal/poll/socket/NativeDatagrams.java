package dev.weft.internal.poll.socket;

import dev.weft.internal.poll.DatagramTransport;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SocketCalls;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A UDP socket, but for receiving, sending received packets on, and waiting. */
public abstract class NativeDatagrams extends DatagramTransport {
  protected final NativeSocket socket;
  private volatile @Nullable SocketAddress remote;

  protected NativeDatagrams(PollDesc poll, NativeSocket socket) {
    super(poll);
    this.socket = socket;
  }

  /** From now on the write signal comes when there is room to send. */
  protected abstract int awaitWritable();

  @Override
  protected final String network() {
    return socket.family().datagrams();
  }

  @Override
  protected final int bind(SocketAddress address) {
    return socket.bind(address);
  }

  @Override
  protected final int connect(SocketAddress address) {
    int result = socket.connect(address);
    if (result == 0) {
      remote = address;
    }
    return result;
  }

  /** Whether only the peer's datagrams come here. */
  protected final boolean isConnected() {
    return remote != null;
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
      // A signal that was there before the try may be an old one: consumed now, the next try tells.
      if (n != WOULD_BLOCK && n != -Errno.EINTR) {
        return n;
      }
    }
  }

  @Override
  protected final @Nullable SocketAddress localAddress() {
    return socket.localAddress();
  }

  @Override
  protected final @Nullable SocketAddress knownLocalAddress() {
    return socket.knownLocalAddress();
  }

  @Override
  protected final @Nullable SocketAddress remoteAddress() {
    return remote;
  }

  @Override
  protected final <T> void setOption(SocketOption<T> option, T value) throws IOException {
    socket.setOption(option, value);
  }

  @Override
  protected final <T> T getOption(SocketOption<T> option) throws IOException {
    return socket.getOption(option);
  }

  @Override
  protected final Set<SocketOption<?>> supportedOptions() {
    return SocketOptions.supportedByDatagrams();
  }
}
