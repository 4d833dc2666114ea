package dev.weft.internal.poll.socket;

import dev.weft.internal.poll.ListenTransport;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.sys.SocketCalls;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A listening TCP socket, but for accepting. */
public abstract class NativeListener extends ListenTransport {
  protected final NativeSocket socket;

  protected NativeListener(PollDesc poll, NativeSocket socket) {
    super(poll);
    this.socket = socket;
  }

  @Override
  protected final String network() {
    return socket.family().streams();
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
   * Ends listening at once, so that the address is free when close returns, although a call that
   * leaves only now still holds the descriptor. (The kernel keeps the port, but lets another socket
   * with SO_REUSEADDR have it.)
   */
  @Override
  protected final void beginClose() {
    SocketCalls.shutdown(socket.fd, SocketCalls.SHUT_RD);
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
    return null;
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
    return SocketOptions.supported(socket.family());
  }
}
