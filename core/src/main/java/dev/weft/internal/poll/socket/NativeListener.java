package dev.weft.internal.poll.socket;

import dev.weft.internal.poll.Endpoint;
import dev.weft.internal.poll.ListenTransport;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.poll.StreamTransport;
import dev.weft.internal.sync.FailureLog;
import dev.weft.internal.sys.DescriptorCalls;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SocketCalls;
import java.net.SocketAddress;

/** A listening socket, except for accepting. */
public abstract class NativeListener extends ListenTransport {
  static {
    FailureLog.resolve(Throwable.class); // for connections refused without memory
  }

  protected final NativeSocket socket;

  protected NativeListener(PollDesc poll, NativeSocket socket) {
    super(poll);
    this.socket = socket;
  }

  @Override
  protected final Endpoint endpoint() {
    return socket;
  }

  @Override
  protected final int bind(SocketAddress address) {
    return socket.bind(address);
  }

  @Override
  protected final int listen(int backlog) {
    return SocketCalls.listen(socket.fd, backlog);
  }

  /**
   * Stops listening at once, so that the address is free when close returns, although a call in
   * progress may still hold the descriptor. (The kernel keeps the port, but another socket with
   * SO_REUSEADDR can bind it.) A shared socket continues to listen for its other owners.
   */
  @Override
  protected final void beginClose() {
    if (!socket.isShared()) { // Without memory this throws; the port is then free a little later.
      SocketCalls.shutdown(socket.fd, SocketCalls.SHUT_RD);
    }
  }

  /** Returns an accepted connection, which is refused when there is no memory for it. */
  protected final StreamFd connection(int fd, RawAddress peer) {
    try {
      return new StreamFd(stream(fd, peer));
    } catch (Throwable e) {
      refuse(fd);
      throw e;
    }
  }

  /** Creates the backend's side of an accepted connection. */
  protected abstract StreamTransport stream(int fd, RawAddress peer);

  /** Resets a connection, as the kernel does with those in the backlog of a closed listener. */
  protected static void refuse(int fd) {
    try {
      SocketOptions.resetOnClose(fd);
    } finally { // also without memory, for which connections are refused
      DescriptorCalls.close(fd);
    }
  }

  @Override
  protected int duplicate() {
    return socket.duplicate();
  }
}
