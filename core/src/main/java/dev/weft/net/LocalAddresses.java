package dev.weft.net;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The addresses that stand for the machine itself. */
final class LocalAddresses {
  private LocalAddresses() {}

  /** Every local address, to listen on. */
  static InetSocketAddress everywhere(boolean v6, int port) throws IOException {
    return new InetSocketAddress(InetAddress.getByAddress(new byte[v6 ? 16 : 4]), port);
  }

  static InetSocketAddress loopback(boolean v6, int port) throws IOException {
    byte[] ip = {127, 0, 0, 1};
    if (v6) {
      ip = new byte[16];
      ip[15] = 1;
    }
    return new InetSocketAddress(InetAddress.getByAddress(ip), port);
  }

  /** Every address of this machine is no destination; this machine is, as in Go. */
  static InetSocketAddress asDestination(InetSocketAddress address) throws IOException {
    return address.getAddress().isAnyLocalAddress()
        ? loopback(address.getAddress() instanceof Inet6Address, address.getPort())
        : address;
  }
}
