package dev.weft.internal.poll.selector;

import dev.weft.internal.poll.Endpoint;
import dev.weft.internal.poll.LingerOption;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.NetworkChannel;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The addresses and options of a channel. */
final class ChannelEndpoint implements Endpoint {
  private final NetworkChannel channel;
  private final String network;
  private volatile @Nullable SocketAddress local;
  private volatile @Nullable SocketAddress remote;
  private volatile int lingerSeconds = LingerOption.NONE;

  ChannelEndpoint(NetworkChannel channel, String network) {
    this.channel = channel;
    this.network = network;
  }

  /** Reads the local address again, after binding or connecting has changed it. */
  void localAddressChanged() throws IOException {
    local = channel.getLocalAddress();
  }

  void setRemoteAddress(SocketAddress address) {
    remote = address;
  }

  @Override
  public String network() {
    return network;
  }

  @Override
  public @Nullable SocketAddress localAddress() {
    if (local == null) {
      try {
        local = channel.getLocalAddress();
      } catch (IOException e) {
        return null; // closed before the first call
      }
    }
    return local;
  }

  @Override
  public @Nullable SocketAddress knownLocalAddress() {
    return local;
  }

  @Override
  public @Nullable SocketAddress remoteAddress() {
    return remote;
  }

  @Override
  public <T> void setOption(SocketOption<T> option, T value) throws IOException {
    try {
      channel.setOption(option, LingerOption.forKernel(option, value));
    } catch (IOException e) {
      throw new SystemCallException("setsockopt", -JdkErrors.negatedErrno(e));
    }
    lingerSeconds = LingerOption.kept(option, value, lingerSeconds);
  }

  @Override
  public <T> T getOption(SocketOption<T> option) throws IOException {
    T value;
    try {
      value = channel.getOption(option);
    } catch (IOException e) {
      throw new SystemCallException("getsockopt", -JdkErrors.negatedErrno(e));
    }
    return LingerOption.shown(option, value, lingerSeconds);
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return channel.supportedOptions();
  }
}
