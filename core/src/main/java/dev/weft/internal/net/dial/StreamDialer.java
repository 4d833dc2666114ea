package dev.weft.internal.net.dial;

import dev.weft.internal.net.address.HostPort;
import dev.weft.internal.net.address.LocalAddresses;
import dev.weft.internal.net.address.Network;
import dev.weft.internal.net.lookup.Targets;
import dev.weft.internal.net.setup.SocketSettings;
import dev.weft.internal.net.wait.Deadlines;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.poll.error.NetExceptions;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.internal.runtime.WeftRuntime;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.SystemCallException;
import dev.weft.internal.sys.UnixPath;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connects stream sockets. Safe for use by any number of threads; the caller owns the descriptors.
 */
public final class StreamDialer {
  private static final int SELF_CONNECT_TRIES = 3;

  private final DialSettings settings;
  private final SocketSettings socket;
  private final @Nullable SocketAddress local;

  public StreamDialer(DialSettings settings) {
    this.settings = settings;
    socket = settings.socket();
    local = settings.local();
  }

  /** Connects to the address of a TCP network, both as the user writes them. */
  public StreamFd dialTcp(String network, String address, @Nullable CancelSignal cancelSignal)
      throws IOException {
    Network tcp = Network.ofTcp(network);
    HostPort target = HostPort.parse(address);
    long deadline = deadline();
    List<InetSocketAddress> addresses =
        target.host().isEmpty()
            ? List.of(LocalAddresses.loopback(tcp.isV6Only(), target.port()))
            : Targets.resolve(
                settings.names(), NetOperation.DIAL, tcp, target, deadline, cancelSignal);
    return connect(
        NetOperation.DIAL + " " + tcp + " " + target, tcp, addresses, deadline, cancelSignal);
  }

  /** Connects to a resolved address. */
  public StreamFd dialTcp(InetSocketAddress address, @Nullable CancelSignal cancelSignal)
      throws IOException {
    String what = NetOperation.DIAL + " " + Network.TCP + " " + NetExceptions.format(address);
    return connect(what, Network.TCP, List.of(address), deadline(), cancelSignal);
  }

  public StreamFd dialUnix(UnixDomainSocketAddress address, @Nullable CancelSignal cancelSignal)
      throws IOException {
    String where = Network.UNIX + " " + UnixPath.format(address);
    return open(where, address, deadline(), cancelSignal);
  }

  private long deadline() {
    return Deadlines.at(settings.timeout());
  }

  private StreamFd connect(
      String what,
      Network network,
      List<InetSocketAddress> resolved,
      long deadline,
      @Nullable CancelSignal cancelSignal)
      throws IOException {
    List<InetSocketAddress> addresses =
        AddressOrder.interleave(suitable(what, resolved)).stream().distinct().toList();
    if (addresses.size() == 1) {
      return connect(network, addresses.getFirst(), deadline, cancelSignal);
    }
    var race =
        new ConnectRace(
            what,
            addresses,
            TimeUnit.NANOSECONDS.convert(settings.attemptDelay()),
            (address, over) -> connect(network, address, deadline, over));
    return race.run(deadline, cancelSignal);
  }

  /** Keeps the addresses of the local address's family, if a local address is set. */
  private List<InetSocketAddress> suitable(String what, List<InetSocketAddress> resolved)
      throws BindException {
    if (!(local instanceof InetSocketAddress from)) {
      return resolved;
    }
    List<InetSocketAddress> suitable =
        resolved.stream().filter(to -> AddressOrder.isV6(to) == AddressOrder.isV6(from)).toList();
    if (suitable.isEmpty()) {
      throw new BindException(
          what + ": no address of the family of " + NetExceptions.format(from) + ", the local one");
    }
    return suitable;
  }

  private StreamFd connect(
      Network network,
      InetSocketAddress resolved,
      long deadline,
      @Nullable CancelSignal cancelSignal)
      throws IOException {
    InetSocketAddress address = LocalAddresses.asDestination(resolved);
    String where = network + " " + NetExceptions.format(address);
    boolean isPortChosen = local instanceof InetSocketAddress from && from.getPort() != 0;
    for (int left = isPortChosen ? 1 : SELF_CONNECT_TRIES; left > 0; left--) {
      StreamFd fd = open(where, address, deadline, cancelSignal);
      try {
        if (!isConnectedToItself(fd)) {
          return fd;
        }
      } catch (Throwable e) {
        fd.close();
        throw e;
      }
      try {
        fd.setOption(StandardSocketOptions.SO_LINGER, 0); // the port is then free at once
      } finally {
        fd.close();
      }
    }
    throw NetExceptions.of(NetOperation.DIAL, where, Errno.ECONNREFUSED);
  }

  /**
   * TCP's simultaneous open connects a socket to itself when no process listens at the destination
   * and the system happens to choose its port as the local one. Go's net repeats such a dial too.
   */
  private static boolean isConnectedToItself(StreamFd fd) {
    SocketAddress remote = fd.remoteAddress();
    return remote != null && remote.equals(fd.localAddress());
  }

  private StreamFd open(
      String where, SocketAddress address, long deadline, @Nullable CancelSignal cancelSignal)
      throws IOException {
    if (cancelSignal != null && cancelSignal.isCancelled()) {
      throw cancelSignal.toException();
    }
    StreamFd fd;
    try {
      fd = openStream(Family.of(address));
    } catch (SystemCallException e) {
      throw NetExceptions.of(NetOperation.DIAL, where, e.errno());
    }
    try {
      socket.setOptions(fd);
      socket.callHook(address, fd);
      if (local != null) {
        fd.bind(NetOperation.DIAL, where, local);
      }
      fd.connect(address, deadline, cancelSignal);
      return fd;
    } catch (Throwable e) {
      fd.close();
      throw e;
    }
  }

  private StreamFd openStream(Family family) throws IOException {
    return WeftRuntime.poller().openStream(family, socket.multipath());
  }

  // For sockets that are bound before their target is known

  /** Opens a socket, sets its options, and neither binds nor connects it. */
  public StreamFd openUnconnected(Family family) throws IOException {
    StreamFd fd = openStream(family);
    try {
      socket.setOptions(fd);
      return fd;
    } catch (Throwable e) {
      fd.close();
      throw e;
    }
  }

  /** Connects a socket whose options are set. A failure leaves it open. */
  public void connect(StreamFd fd, InetSocketAddress remote, CancelSignal cancelSignal)
      throws IOException {
    socket.callHook(remote, fd);
    fd.connect(remote, deadline(), cancelSignal);
  }
}
