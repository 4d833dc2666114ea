package dev.weft.internal.poll.epoll;

import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.poll.socket.NativeListener;
import dev.weft.internal.poll.socket.NativeSocket;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SocketCalls;
import dev.weft.internal.sys.SystemCallException;
import org.jspecify.annotations.Nullable;

/** A listening TCP socket on epoll. */
final class EpollListener extends NativeListener {
  private final EpollPoller poller;
  private final EpollWatch watch;

  EpollListener(EpollPoller poller, PollDesc poll, NativeSocket socket) {
    super(poll, socket);
    this.poller = poller;
    watch = new EpollWatch(poller, poll, socket.fd);
  }

  @Override
  protected @Nullable StreamFd tryAccept() throws SystemCallException {
    RawAddress peer = new RawAddress();
    poll.consumeRead();
    int fd = SocketCalls.accept(socket.fd, peer);
    if (fd >= 0) {
      return connection(fd, peer);
    }
    int result = fd == WOULD_BLOCK ? watch.watch() : fd;
    if (result == WOULD_BLOCK) {
      return null;
    }
    throw new SystemCallException("accept", -result);
  }

  @Override
  protected EpollStream stream(int fd, RawAddress peer) {
    return new EpollStream(poller, poller.newDesc(), fd, peer, socket);
  }

  @Override
  protected void close() {
    watch.close(socket.isShared());
  }
}
