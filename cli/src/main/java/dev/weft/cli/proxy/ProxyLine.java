package dev.weft.cli.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weft.net.Conn;
import java.net.Inet4Address;
import java.net.InetSocketAddress;

/** The line by which version 1 of the PROXY protocol tells a server of its client's address. */
final class ProxyLine {
  private ProxyLine() {}

  /** The line for a connection that was accepted from the client. */
  static byte[] of(Conn client) {
    String line =
        client.remoteAddress() instanceof InetSocketAddress from
                && client.localAddress() instanceof InetSocketAddress to
            ? "PROXY "
                + (from.getAddress() instanceof Inet4Address ? "TCP4 " : "TCP6 ")
                + host(from)
                + ' '
                + host(to)
                + ' '
                + from.getPort()
                + ' '
                + to.getPort()
            : "PROXY UNKNOWN";
    return (line + "\r\n").getBytes(US_ASCII);
  }

  /** Without the scope of a link-local address, which the protocol does not know. */
  private static String host(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    int scope = host.indexOf('%');
    return scope < 0 ? host : host.substring(0, scope);
  }
}
