package dev.weft.net;

import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.ListenFd;
import dev.weft.internal.poll.NetExceptions;
import dev.weft.internal.poll.Poller;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** How a listener comes to be. */
final class ListenerFactory {
  private static final int DEFAULT_BACKLOG = 4096;
  static final int BACKLOG = systemBacklog();

  private ListenerFactory() {}

  /**
   * The kernel cuts a longer backlog to this; asking for more would be a lie, asking for less drops
   * connections in a burst.
   */
  private static int systemBacklog() {
    // A sysctl answers one read only; Files.readString, which begins with one byte because the size
    // is 0, would see its first digit.
    try (InputStream in = Files.newInputStream(Path.of("/proc/sys/net/core/somaxconn"))) {
      return Integer.parseInt(new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip());
    } catch (IOException | NumberFormatException e) {
      return DEFAULT_BACKLOG;
    }
  }

  static TcpListener listen(Poller poller, Network network, HostPort target) throws IOException {
    String where = network + " " + target;
    try {
      return target.host().isEmpty()
          ? listenEverywhere(poller, network, where, target.port())
          : listen(
              poller,
              network,
              where,
              Targets.resolve(Resolver.SYSTEM, "listen", network, target, Deadlines.NONE, null)
                  .getFirst());
    } catch (SystemCallException e) {
      throw NetExceptions.of("listen", where, e.errno());
    }
  }

  static TcpListener listen(Poller poller, InetSocketAddress address) throws IOException {
    String where = Network.TCP + " " + NetExceptions.format(address);
    try {
      return listen(poller, Network.TCP, where, address);
    } catch (SystemCallException e) {
      throw NetExceptions.of("listen", where, e.errno());
    }
  }

  private static TcpListener listenEverywhere(
      Poller poller, Network network, String where, int port) throws IOException {
    if (network.isV4Only()) {
      return listen(poller, network, where, LocalAddresses.everywhere(false, port));
    }
    try {
      return listen(poller, network, where, LocalAddresses.everywhere(true, port));
    } catch (SystemCallException e) {
      if (network.isV6Only() || e.errno() != Errno.EAFNOSUPPORT) {
        throw e;
      }
      return listen(
          poller, network, where, LocalAddresses.everywhere(false, port)); // a system without IPv6
    }
  }

  private static TcpListener listen(
      Poller poller, Network network, String where, InetSocketAddress address) throws IOException {
    ListenFd fd = poller.openListener(Family.of(address), network.isV6Only());
    try {
      fd.bind("listen", where, address);
      fd.listen(where, BACKLOG);
      return new TcpListener(fd);
    } catch (IOException | RuntimeException e) {
      fd.close();
      throw e;
    }
  }
}
