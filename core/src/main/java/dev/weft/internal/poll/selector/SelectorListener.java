package dev.weft.internal.poll.selector;

import dev.weft.internal.poll.ClosingPorts;
import dev.weft.internal.poll.Endpoint;
import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.ListenTransport;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A listening TCP socket on a non-blocking {@link ServerSocketChannel}, which binds and listens in
 * one.
 */
final class SelectorListener extends ListenTransport {
  private final SelectorPoller poller;
  private final Family family;
  private final ServerSocketChannel channel;
  private final ChannelEndpoint endpoint;
  private final Interest interest;
  private ClosingPorts.@Nullable Hold port;
  private final boolean v6only;
  private @Nullable SocketAddress wanted;

  SelectorListener(
      SelectorPoller poller,
      PollDesc poll,
      Family family,
      ServerSocketChannel channel,
      boolean v6only) {
    super(poll);
    this.family = family;
    this.poller = poller;
    this.channel = channel;
    this.v6only = v6only;
    endpoint = new ChannelEndpoint(channel, family.streams());
    interest = new Interest(poller, poll, channel);
  }

  @Override
  protected Endpoint endpoint() {
    return endpoint;
  }

  @Override
  protected int bind(SocketAddress address) {
    Channels.requireNotAbstract(address);
    wanted = address;
    return 0;
  }

  @Override
  protected int listen(int backlog) throws IOException {
    try {
      channel.bind(wanted, backlog);
      endpoint.localAddressChanged();
      return 0;
    } catch (IOException e) {
      return JdkErrors.negatedErrno(e);
    }
  }

  @Override
  protected @Nullable StreamFd tryAccept() throws IOException {
    poll.consumeRead();
    SocketChannel accepted;
    try {
      do {
        accepted = channel.accept();
      } while (accepted != null && isRefused(accepted));
    } catch (IOException e) {
      throw new SystemCallException("accept", -JdkErrors.negatedErrno(e));
    }
    if (accepted == null) {
      interest.signalWhen(SelectionKey.OP_ACCEPT);
      return null;
    }
    try {
      return poller.newStream(family, accepted);
    } catch (IOException e) {
      Channels.close(accepted);
      throw new SystemCallException(
          "accept", Errno.ECONNABORTED); // the connection was aborted in the meantime
    } catch (Throwable e) { // no memory
      Channels.close(accepted);
      throw e;
    }
  }

  /**
   * Reports whether to close an IPv4 connection of an IPv6-only listener: the JDK has no
   * IPV6_V6ONLY.
   */
  private boolean isRefused(SocketChannel accepted) throws IOException {
    if (v6only
        && accepted.getRemoteAddress() instanceof InetSocketAddress peer
        && peer.getAddress() instanceof Inet4Address) {
      Channels.close(accepted);
      return true;
    }
    return false;
  }

  @Override
  protected void beginClose() {
    port = ClosingPorts.hold(endpoint.knownLocalAddress());
  }

  @Override
  protected void close() {
    interest.close(port);
  }
}
