package dev.weft.internal.poll.epoll;

import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.sys.Libc;
import dev.weft.internal.sys.RawAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a connection and a listener have in common: the descriptor, registered when it first has to
 * wait.
 */
final class EpollSocket {
  final EpollPoller poller;
  final PollDesc poll;
  final int fd;
  private final int family;

  /**
   * Written under the read or the write lock; both may get there at once, then {@code register}
   * lets one in.
   */
  private volatile boolean registered;

  private volatile @Nullable InetSocketAddress local;

  EpollSocket(EpollPoller poller, PollDesc poll, int fd, int family) {
    this.poller = poller;
    this.poll = poll;
    this.fd = fd;
    this.family = family;
  }

  /**
   * To be called after an EAGAIN, before waiting: from now on the poller signals. Returns {@code
   * wouldBlock}, or a negated error.
   */
  int watched(int wouldBlock) {
    return registered ? wouldBlock : register(wouldBlock);
  }

  private synchronized int register(int wouldBlock) {
    if (!registered) {
      int result = poller.register(fd, poll);
      if (result < 0) {
        return result;
      }
      registered = true;
    }
    return wouldBlock;
  }

  int bind(InetSocketAddress address) {
    return Libc.bind(fd, new RawAddress(address, family));
  }

  int connect(InetSocketAddress address) {
    return Libc.connect(fd, new RawAddress(address, family));
  }

  @Nullable InetSocketAddress knownLocalAddress() {
    return local;
  }

  /**
   * Asked once; afterwards known even when the connection is gone. Only while the descriptor is
   * open.
   */
  @Nullable InetSocketAddress localAddress() {
    InetSocketAddress known = local;
    if (known == null) {
      RawAddress raw = new RawAddress();
      if (Libc.localAddress(fd, raw) == 0) {
        local = known = raw.toSocketAddress();
      }
    }
    return known;
  }

  <T> void setOption(SocketOption<T> option, T value) throws IOException {
    SocketOptions.set(fd, option, value);
  }

  <T> T getOption(SocketOption<T> option) throws IOException {
    return SocketOptions.get(fd, option);
  }

  static Set<SocketOption<?>> supportedOptions() {
    return SocketOptions.supported();
  }

  void close() {
    if (registered) {
      poller.unregister(fd, poll);
    }
    Libc.close(fd);
  }
}
