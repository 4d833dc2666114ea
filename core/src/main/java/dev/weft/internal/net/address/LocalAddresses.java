package dev.weft.internal.net.address;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.UnresolvedAddressException;

/** Wildcard and loopback addresses, and the checks of addresses given as objects. */
public final class LocalAddresses {
  private LocalAddresses() {}

  /** Returns the wildcard address, to listen on every local address. */
  public static InetSocketAddress wildcard(boolean v6, int port) throws IOException {
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

  /**
   * Replaces the wildcard address, which is not a destination, with the loopback address, as Go
   * does.
   */
  public static InetSocketAddress asDestination(InetSocketAddress address) throws IOException {
    return address.getAddress().isAnyLocalAddress()
        ? loopback(address.getAddress() instanceof Inet6Address, address.getPort())
        : address;
  }

  /**
   * Requires a resolved IP address with a port.
   *
   * @throws UnsupportedOperationException for another kind of address
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
