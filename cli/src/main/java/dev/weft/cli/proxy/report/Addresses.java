package dev.weft.cli.proxy.report;

import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Addresses as logs have them. */
public final class Addresses {
  private Addresses() {}

  /** {@code 127.0.0.1:80}, {@code [::1]:80}, or {@code unix} for a peer without a name. */
  public static String text(SocketAddress address) {
    if (address instanceof InetSocketAddress inet) {
      String host = inet.getAddress().getHostAddress();
      return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + inet.getPort();
    }
    // A client chooses its name, and must not forge fields or lines by it.
    String text = address.toString().replaceAll("[\\p{Cntrl}\\s\"=]", "_");
    return text.isEmpty() ? "unix" : "unix:" + text;
  }
}
