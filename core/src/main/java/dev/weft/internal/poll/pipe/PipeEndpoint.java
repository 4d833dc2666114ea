package dev.weft.internal.poll.pipe;

import dev.weft.internal.poll.Endpoint;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The addresses of one end of a pipe, or of a listener for pipes. There are no options. */
record PipeEndpoint(
    String network, SocketAddress localAddress, @Nullable SocketAddress remoteAddress)
    implements Endpoint {
  @Override
  public SocketAddress knownLocalAddress() {
    return localAddress;
  }

  @Override
  public <T> void setOption(SocketOption<T> option, T value) {
    throw new UnsupportedOperationException("a pipe has no options");
  }

  @Override
  public <T> T getOption(SocketOption<T> option) {
    throw new UnsupportedOperationException("a pipe has no options");
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return Set.of();
  }
}
