package dev.weft.internal.poll.epoll;

import dev.weft.internal.poll.ListenTransport;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.sys.Libc;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A listening TCP socket on epoll. */
final class EpollListener extends ListenTransport {
  private final EpollSocket socket;

  EpollListener(EpollPoller poller, PollDesc poll, int fd, int family) {
    super(poll);
    socket = new EpollSocket(poller, poll, fd, family);
  }

  @Override
  protected int bind(InetSocketAddress address) {
    return socket.bind(address);
  }

  @Override
  protected int listen(int backlog) {
    return Libc.listen(socket.fd, backlog);
  }

  @Override
  protected @Nullable StreamFd tryAccept() throws SystemCallException {
    RawAddress peer = new RawAddress();
    poll.consumeRead();
    int fd = Libc.accept(socket.fd, peer);
    if (fd >= 0) {
      EpollPoller poller = socket.poller;
      return new StreamFd(
          new EpollStream(poller, poller.newDesc(), fd, peer, socket.localAddress()));
    }
    int result = fd == WOULD_BLOCK ? socket.watched(WOULD_BLOCK) : fd;
    if (result == WOULD_BLOCK) {
      return null;
    }
    throw new SystemCallException("accept", -result);
  }

  @Override
  protected @Nullable InetSocketAddress localAddress() {
    return socket.localAddress();
  }

  @Override
  protected @Nullable InetSocketAddress knownLocalAddress() {
    return socket.knownLocalAddress();
  }

  @Override
  protected @Nullable InetSocketAddress remoteAddress() {
    return null;
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
