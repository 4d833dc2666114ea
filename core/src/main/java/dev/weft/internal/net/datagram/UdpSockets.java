package dev.weft.internal.net.datagram;

import dev.weft.internal.net.address.HostPort;
import dev.weft.internal.net.address.LocalAddresses;
import dev.weft.internal.net.address.Network;
import dev.weft.internal.net.lookup.LookupCache;
import dev.weft.internal.net.lookup.Targets;
import dev.weft.internal.net.wait.Deadlines;
import dev.weft.internal.poll.DatagramFd;
import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.error.NetExceptions;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.internal.runtime.WeftRuntime;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Opens UDP sockets. A socket whose object cannot be made is closed. */
public final class UdpSockets {
  private UdpSockets() {}

  /** Opens a socket that is bound and not connected. */
  public static <T> T listen(Network network, HostPort target, DatagramMaker<T> maker)
      throws IOException {
    return Targets.listen(
        network, target, (where, address) -> listen(network, where, address, maker));
  }

  private static <T> T listen(
      Network network, String where, InetSocketAddress address, DatagramMaker<T> maker)
      throws IOException {
    DatagramFd fd = WeftRuntime.poller().openDatagrams(Family.of(address), network.isV6Only());
    try {
      fd.bind(NetOperation.LISTEN, where, address);
      return maker.make(fd);
    } catch (Throwable e) {
      fd.close();
      throw e;
    }
  }

  /** Opens a socket that shares the port of a multicast group, and joins the group. */
  public static <T> T listenMulticast(
      Network network, HostPort target, NetworkInterface on, DatagramMaker<T> maker)
      throws IOException {
    String where = network + " " + target;
    InetSocketAddress group =
        Targets.resolve(
                LookupCache.SYSTEM, NetOperation.LISTEN, network, target, Deadlines.NONE, null)
            .getFirst();
    requireGroup(group.getAddress());
    InetSocketAddress local = on(on, group);
    DatagramFd fd;
    try {
      fd = WeftRuntime.poller().openDatagrams(Family.of(group), network.isV6Only());
    } catch (SystemCallException e) {
      throw NetExceptions.of(NetOperation.LISTEN, where, e.errno());
    }
    boolean opened = false;
    try {
      fd.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      fd.bind(NetOperation.LISTEN, where, local);
      T made = maker.make(fd);
      fd.setMembership(true, group.getAddress(), on);
      opened = true;
      return made;
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

  /**
   * Returns the address of a multicast group.
   *
   * @throws IllegalArgumentException when it is another address
   */
  public static InetAddress requireGroup(InetAddress group) {
    if (!group.isMulticastAddress()) {
      throw new IllegalArgumentException(group.getHostAddress() + " is no multicast group");
    }
    return group;
  }

  /** Opens a socket that is connected to the first address with a route. */
  public static <T> T dial(Network network, HostPort target, DatagramMaker<T> maker)
      throws IOException {
    List<InetSocketAddress> addresses =
        target.host().isEmpty()
            ? List.of(LocalAddresses.loopback(network.isV6Only(), target.port()))
            : Targets.resolve(
                LookupCache.SYSTEM, NetOperation.DIAL, network, target, Deadlines.NONE, null);
    @Nullable IOException first = null;
    for (InetSocketAddress address : addresses) {
      try {
        return dial(network, LocalAddresses.asDestination(address), maker);
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

  private static <T> T dial(Network network, InetSocketAddress address, DatagramMaker<T> maker)
      throws IOException {
    String where = network + " " + NetExceptions.format(address);
    DatagramFd fd;
    try {
      fd = WeftRuntime.poller().openDatagrams(Family.of(address), network.isV6Only());
    } catch (SystemCallException e) {
      throw NetExceptions.of(NetOperation.DIAL, where, e.errno());
    }
    try {
      fd.connect(where, address);
      return maker.make(fd);
    } catch (Throwable e) {
      fd.close();
      throw e;
    }
  }
}
