package dev.weft.debug;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** Addresses as text. */
final class Addresses {
  private static final String UNIX = "unix:";

  private Addresses() {}

  /** Host and port, or {@code unix:} and a path. The host is looked up. */
  static SocketAddress parse(String text) {
    if (text.startsWith(UNIX)) {
      return UnixDomainSocketAddress.of(text.substring(UNIX.length()));
    }
    int colon = text.lastIndexOf(':');
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (colon > 0) {
        return new InetSocketAddress(text.substring(0, colon), port);
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(wrong(text), e);
    }
    throw new IllegalArgumentException(wrong(text));
  }

  /** The address for a client on this machine: a URL, or {@code unix:} and a path. */
  static String format(SocketAddress address) {
    if (!(address instanceof InetSocketAddress inet)) {
      return UNIX + address;
    }
    InetAddress host = inet.getAddress();
    String digits =
        (host.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : host).getHostAddress();
    return "http://"
        + (digits.indexOf(':') >= 0 ? "[" + digits + "]" : digits)
        + ":"
        + inet.getPort();
  }

  private static String wrong(String text) {
    return "a debug address is a host and a port, such as 127.0.0.1:6060, or unix: and a path, not "
        + text;
  }
}
