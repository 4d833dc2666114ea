package dev.weft.net;

import dev.weft.internal.net.address.HostPort;
import dev.weft.internal.net.address.LocalAddresses;
import dev.weft.internal.net.address.Network;
import dev.weft.internal.net.lookup.LookupCache;
import dev.weft.internal.net.lookup.Targets;
import dev.weft.internal.net.wait.Deadlines;
import dev.weft.internal.poll.DatagramFd;
import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.Poller;
import dev.weft.internal.poll.error.NetExceptions;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Opens UDP sockets. */
final class UdpFactory {
  private UdpFactory() {}

  static UdpConn listen(Poller poller, Network network, HostPort target) throws IOException {
    return Targets.listen(
        network, target, (where, address) -> listen(poller, network, where, address));
  }

  private static UdpConn listen(
      Poller poller, Network network, String where, InetSocketAddress address) throws IOException {
    DatagramFd fd = poller.openDatagrams(Family.of(address), network.isV6Only());
    try {
      fd.bind(NetOperation.LISTEN, where, address);
      return new UdpConn(fd);
    } catch (Throwable e) {
      fd.close();
      throw e;
    }
  }

  static UdpConn listenMulticast(
      Poller poller, Network network, HostPort target, NetworkInterface on) throws IOException {
    String where = network + " " + target;
    InetSocketAddress group =
        Targets.resolve(
                LookupCache.SYSTEM, NetOperation.LISTEN, network, target, Deadlines.NONE, null)
            .getFirst();
    UdpConn.requireGroup(group.getAddress());
    InetSocketAddress local = on(on, group);
    DatagramFd fd;
    try {
      fd = poller.openDatagrams(Family.of(group), network.isV6Only());
    } catch (SystemCallException e) {
      throw NetExceptions.of(NetOperation.LISTEN, where, e.errno());
    }
    boolean opened = false;
    try {
      fd.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      fd.bind(NetOperation.LISTEN, where, local);
      UdpConn conn = new UdpConn(fd);
      conn.join(group.getAddress(), on);
      opened = true;
      return conn;
    } finally {
      if (!opened) {
        fd.close();
      }
    }
  }

  /**
   * Returns the address to bind for a group: a link-local IPv6 group needs the interface as its
   * scope.
   */
  private static InetSocketAddress on(NetworkInterface on, InetSocketAddress group)
      throws IOException {
    if (!(group.getAddress() instanceof Inet6Address v6) || v6.getScopeId() != 0) {
      return group;
    }
    return new InetSocketAddress(
        Inet6Address.getByAddress(null, v6.getAddress(), on.getIndex()), group.getPort());
  }

  /** Connects to the first address with a route. */
  static UdpConn dial(Poller poller, Network network, HostPort target) throws IOException {
    List<InetSocketAddress> addresses =
        target.host().isEmpty()
            ? List.of(LocalAddresses.loopback(network.isV6Only(), target.port()))
            : Targets.resolve(
                LookupCache.SYSTEM, NetOperation.DIAL, network, target, Deadlines.NONE, null);
    @Nullable IOException first = null;
    for (InetSocketAddress address : addresses) {
      try {
        return dial(poller, network, LocalAddresses.asDestination(address));
      } catch (IOException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    throw Objects.requireNonNull(first, "no address was tried");
  }

  private static UdpConn dial(Poller poller, Network network, InetSocketAddress address)
      throws IOException {
    String where = network + " " + NetExceptions.format(address);
    DatagramFd fd;
    try {
      fd = poller.openDatagrams(Family.of(address), network.isV6Only());
    } catch (SystemCallException e) {
      throw NetExceptions.of(NetOperation.DIAL, where, e.errno());
    }
    try {
      fd.connect(where, address);
      return new UdpConn(fd);
    } catch (Throwable e) {
      fd.close();
      throw e;
    }
  }
}
