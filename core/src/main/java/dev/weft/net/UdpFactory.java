package dev.weft.net;

import dev.weft.internal.net.address.HostPort;
import dev.weft.internal.net.address.LocalAddresses;
import dev.weft.internal.net.address.Network;
import dev.weft.internal.net.wait.Deadlines;
import dev.weft.internal.poll.DatagramFd;
import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.Poller;
import dev.weft.internal.poll.error.NetExceptions;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.net.InetSocketAddress;
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
    } catch (IOException | RuntimeException e) {
      fd.close();
      throw e;
    }
  }

  /** Connects to the first address that there is a route to. */
  static UdpConn dial(Poller poller, Network network, HostPort target) throws IOException {
    List<InetSocketAddress> addresses =
        target.host().isEmpty()
            ? List.of(LocalAddresses.loopback(network.isV6Only(), target.port()))
            : Targets.resolve(
                Resolver.SYSTEM, NetOperation.DIAL, network, target, Deadlines.NONE, null);
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
    } catch (IOException | RuntimeException e) {
      fd.close();
      throw e;
    }
  }
}
