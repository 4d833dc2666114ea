package dev.weft.internal.poll.epoll;

import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.StreamTransport;
import dev.weft.internal.sys.CallState;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.Libc;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection on epoll.
 *
 * <p><b>The short-read rule.</b> A read that got fewer bytes than it asked for has emptied the
 * socket ({@code dry}). The next read would only hear EAGAIN, so it waits without asking: any byte
 * that comes later makes a new edge, and the signal of that edge ends the wait. Go asks; not asking
 * saves one of four system calls a request. The rule is off once a hang-up was seen, because data
 * and the end of the stream may come in one edge, and no other edge would follow for the end.
 */
final class EpollStream extends StreamTransport {
  /**
   * A buffer of this size goes out on its own; smaller ones are gathered, because copying them
   * costs less than a system call.
   */
  private static final int GATHER_BELOW = 16 * 1024;

  private final EpollSocket socket;
  private final @Nullable InetSocketAddress acceptedAt;
  private @Nullable RawAddress rawRemote;
  private volatile @Nullable InetSocketAddress remote;

  /** Guarded by the read lock. */
  private boolean dry;

  EpollStream(
      EpollPoller poller,
      PollDesc poll,
      int fd,
      int family,
      @Nullable InetSocketAddress acceptedAt) {
    super(poll);
    socket = new EpollSocket(poller, poll, fd, family);
    this.acceptedAt = acceptedAt;
  }

  /**
   * An accepted connection: its peer, and the listener's address in case nobody asks for the
   * connection's own in time.
   */
  EpollStream(
      EpollPoller poller,
      PollDesc poll,
      int fd,
      RawAddress remote,
      @Nullable InetSocketAddress acceptedAt) {
    this(poller, poll, fd, 0, acceptedAt);
    rawRemote = remote;
  }

  @Override
  protected int bind(InetSocketAddress address) {
    return socket.bind(address);
  }

  @Override
  protected int tryConnect(InetSocketAddress address) {
    remote = address;
    int result = socket.connect(address);
    return result == -Errno.EINPROGRESS || result == -Errno.EINTR
        ? socket.watched(WOULD_BLOCK)
        : result;
  }

  @Override
  protected int finishConnect() {
    poll.consumeWrite();
    int error = SocketOptions.ERROR.get(socket.fd);
    if (error != 0) {
      return -Math.abs(error);
    }
    // Writable without an error, but not connected: a spurious signal.
    return Libc.peerAddress(socket.fd, new RawAddress()) == -Errno.ENOTCONN ? WOULD_BLOCK : 0;
  }

  @Override
  protected int tryRead(MemorySegment memory, long offset, int length) {
    if (isKnownDry()) {
      return socket.watched(WOULD_BLOCK);
    }
    int n;
    do {
      n = Libc.recv(socket.fd, memory, offset, length);
    } while (n == -Errno.EINTR);
    if (n > 0) {
      dry = n < Math.min(length, Libc.MAX_TRANSFER);
      return n;
    }
    if (n == WOULD_BLOCK) {
      dry = true;
      return socket.watched(WOULD_BLOCK);
    }
    return n;
  }

  @Override
  protected boolean isReadable() throws IOException {
    if (!isKnownDry()) {
      if (Libc.hasInput(socket.fd)) {
        return true;
      }
      dry = true;
    }
    int result = socket.watched(WOULD_BLOCK);
    if (result != WOULD_BLOCK) {
      throw new SystemCallException("epoll_ctl", -result);
    }
    return false;
  }

  /**
   * Whether the socket is empty and has not signalled since. Consumes the signal, so what follows
   * must try to read.
   */
  private boolean isKnownDry() {
    if (poll.consumeRead()) {
      dry = false;
    }
    return dry && !poll.isHangup();
  }

  @Override
  protected int tryWrite(MemorySegment memory, long offset, int length) {
    while (true) {
      int n = Libc.send(socket.fd, memory, offset, length);
      if (n == WOULD_BLOCK && !poll.consumeWrite()) {
        return socket.watched(WOULD_BLOCK);
      }
      // A signal that was there before the try may be an old one: consumed now, the next try tells.
      if (n != WOULD_BLOCK && n != -Errno.EINTR) {
        return n;
      }
    }
  }

  @Override
  protected int tryWrite(ByteBuffer[] buffers, int first, int end) {
    ByteBuffer head = buffers[first];
    if (head.remaining() >= GATHER_BELOW || first + 1 == end) {
      int n = tryWrite(MemorySegment.ofBuffer(head), 0, head.remaining());
      if (n > 0) {
        head.position(head.position() + n);
      }
      return n;
    }
    MemorySegment scratch = Libc.gatherScratch();
    int gathered = 0;
    for (int i = first; i < end && buffers[i].remaining() < GATHER_BELOW; i++) {
      int part = Math.min(buffers[i].remaining(), CallState.GATHER_BYTES - gathered);
      MemorySegment.copy(MemorySegment.ofBuffer(buffers[i]), 0, scratch, gathered, part);
      gathered += part;
    }
    int n = tryWrite(scratch, 0, gathered);
    int left = n;
    for (int i = first; left > 0; i++) {
      int part = Math.min(left, buffers[i].remaining());
      buffers[i].position(buffers[i].position() + part);
      left -= part;
    }
    return n;
  }

  @Override
  protected int shutdown(boolean reading) {
    return Libc.shutdown(socket.fd, reading ? Libc.SHUT_RD : Libc.SHUT_WR);
  }

  @Override
  protected @Nullable InetSocketAddress localAddress() {
    return socket.localAddress();
  }

  @Override
  protected @Nullable InetSocketAddress knownLocalAddress() {
    InetSocketAddress known = socket.knownLocalAddress();
    return known != null ? known : acceptedAt;
  }

  @Override
  protected @Nullable InetSocketAddress remoteAddress() {
    InetSocketAddress known = remote;
    RawAddress raw = rawRemote;
    if (known == null && raw != null) {
      remote = known = raw.toSocketAddress();
    }
    return known;
  }

  @Override
  protected <T> void setOption(SocketOption<T> option, T value) throws IOException {
    socket.setOption(option, value);
  }

  @Override
  protected <T> T getOption(SocketOption<T> option) throws IOException {
    return socket.getOption(option);
  }

  @Override
  protected Set<SocketOption<?>> supportedOptions() {
    return EpollSocket.supportedOptions();
  }

  @Override
  protected void close() {
    socket.close();
  }
}
