package dev.weft.internal.net.listen;

import dev.weft.internal.net.address.HostPort;
import dev.weft.internal.net.address.Network;
import dev.weft.internal.net.address.UnixNames;
import dev.weft.internal.net.lookup.Targets;
import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.ListenFd;
import dev.weft.internal.poll.error.NetExceptions;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.internal.runtime.WeftRuntime;
import dev.weft.internal.sys.SystemCallException;
import dev.weft.internal.sys.UnixPath;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/**
 * Opens stream sockets that listen. Safe for use by any number of threads; the caller owns the
 * descriptors.
 */
public final class ListenerFactory {
  private final ListenSettings settings;

  public ListenerFactory(ListenSettings settings) {
    this.settings = settings;
  }

  /** Listens on the address of a TCP network, both as the user writes them. */
  public ListenFd listenTcp(String network, String address) throws IOException {
    Network tcp = Network.ofTcp(network);
    return Targets.listen(tcp, HostPort.parse(address), (where, at) -> open(tcp, where, at));
  }

  /** Listens on a resolved address. */
  public ListenFd listenTcp(InetSocketAddress address) throws IOException {
    return listen(Network.TCP, Network.TCP + " " + NetExceptions.format(address), address);
  }

  public ListenFd listenUnix(UnixDomainSocketAddress address) throws IOException {
    UnixNames.requireFits(address);
    return listen(Network.UNIX, Network.UNIX + " " + UnixPath.format(address), address);
  }

  private ListenFd listen(Network network, String where, SocketAddress address) throws IOException {
    try {
      return open(network, where, address);
    } catch (SystemCallException e) {
      throw NetExceptions.of(NetOperation.LISTEN, where, e.errno());
    }
  }

  private ListenFd open(Network network, String where, SocketAddress address) throws IOException {
    ListenFd fd = openSocket(Family.of(address), network.isV6Only());
    try {
      settings.socket().setOptions(fd);
      settings.socket().callHook(address, fd);
      fd.bind(NetOperation.LISTEN, where, address);
      fd.listen(where, settings.backlog());
      return fd;
    } catch (Throwable e) {
      fd.close();
      throw e;
    }
  }

  /** Opens a socket, sets its options, and does not bind it. */
  public ListenFd openUnbound() throws IOException {
    ListenFd fd = openSocket(Family.INET, false);
    try {
      settings.socket().setOptions(fd);
      return fd;
    } catch (Throwable e) {
      fd.close();
      throw e;
    }
  }

  private ListenFd openSocket(Family family, boolean v6only) throws IOException {
    return WeftRuntime.poller()
        .openListener(family, v6only || !settings.dualStack(), settings.socket().multipath());
  }
}
