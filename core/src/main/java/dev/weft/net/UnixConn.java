package dev.weft.net;

import dev.weft.context.Context;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.StreamFd;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A connection between two processes of this machine, over a Unix stream socket.
 *
 * <p>Addresses are {@link UnixDomainSocketAddress}es; an abstract name is written {@code @name}, as
 * in Go (a path that begins with that character is written {@code ./@name}), and the address of a
 * socket without a name is the empty path.
 */
public final class UnixConn extends FdConn {
  private static final UnixDomainSocketAddress UNNAMED = UnixDomainSocketAddress.of("");

  UnixConn(StreamFd fd) {
    super(fd, null);
  }

  private UnixConn(StreamFd fd, CancelSignal cancelSignal) {
    super(fd, cancelSignal);
  }

  @Override
  public UnixConn withContext(Context context) {
    return new UnixConn(fd, new ContextCancelSignal(context));
  }

  @Override
  public @Nullable UnixDomainSocketAddress localAddress() {
    return (UnixDomainSocketAddress) super.localAddress();
  }

  @Override
  public UnixDomainSocketAddress remoteAddress() {
    SocketAddress remote = fd.remoteAddress();
    return remote == null ? UNNAMED : (UnixDomainSocketAddress) remote;
  }

  @Override
  public <T> UnixConn setOption(SocketOption<T> option, T value) throws IOException {
    super.setOption(option, value);
    return this;
  }

  /**
   * The process at the other end, as the kernel recorded it when the connection was made: by {@code
   * connect}, or by {@code listen} for the side that connected.
   *
   * @throws UnsupportedOperationException on the selector poller, which does not tell
   */
  public PeerCredentials peerCredentials() throws IOException {
    int[] credentials = fd.peerCredentials();
    return new PeerCredentials(credentials[0], credentials[1], credentials[2]);
  }
}
