package dev.weft.net;

import java.io.IOException;
import java.net.InetSocketAddress;

/** An unconnected UDP socket on this machine, and one that is connected to it. */
record UdpPair(UdpConn server, UdpConn client) implements AutoCloseable {
  static UdpPair open() throws IOException {
    return open("udp4", "127.0.0.1:0");
  }

  static UdpPair open(String network, String address) throws IOException {
    UdpConn server = Net.listenPacket(network, address);
    try {
      return new UdpPair(server, Net.dialUdp("udp", address(server)));
    } catch (IOException | RuntimeException | Error e) {
      server.close();
      throw e;
    }
  }

  /** Where {@code conn} is, as users write it. */
  static String address(UdpConn conn) {
    InetSocketAddress local = conn.localAddress();
    String host = local.getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + local.getPort();
  }

  /** A destination that reaches {@code conn} even when it listens everywhere. */
  static InetSocketAddress at(String ip, UdpConn conn) {
    return new InetSocketAddress(ip, conn.localAddress().getPort());
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
