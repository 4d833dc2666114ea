package dev.weft.internal.net.address;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.UnresolvedAddressException;

/** The addresses that stand for the machine itself. */
public final class LocalAddresses {
  private LocalAddresses() {}

  /** Every local address, to listen on. */
  public static InetSocketAddress everywhere(boolean v6, int port) throws IOException {
    return new InetSocketAddress(InetAddress.getByAddress(new byte[v6 ? 16 : 4]), port);
  }

  public static InetSocketAddress loopback(boolean v6, int port) throws IOException {
    byte[] ip = {127, 0, 0, 1};
    if (v6) {
      ip = new byte[16];
      ip[15] = 1;
    }
    return new InetSocketAddress(InetAddress.getByAddress(ip), port);
  }

  /** Every address of this machine is no destination; this machine is, as in Go. */
  public static InetSocketAddress asDestination(InetSocketAddress address) throws IOException {
    return address.getAddress().isAnyLocalAddress()
        ? loopback(address.getAddress() instanceof Inet6Address, address.getPort())
        : address;
  }

  /**
   * The address as one of the Internet, resolved.
   *
   * @throws UnsupportedOperationException when it is of another kind
   */
  public static InetSocketAddress requireInternet(SocketAddress address) {
    if (!(address instanceof InetSocketAddress internet)) {
      throw new UnsupportedOperationException("neither an Internet nor a Unix address: " + address);
    }
    if (internet.isUnresolved()) {
      throw new UnresolvedAddressException();
    }
    return internet;
  }
}
