package dev.weft.internal.poll;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** The address family of a socket. */
public enum Family {
  INET,
  /** Reaches IPv4 addresses too, unless it is restricted to IPv6. */
  INET6,
  UNIX;

  /** The family of a socket for {@code address}, which is resolved. */
  public static Family of(SocketAddress address) {
    if (address instanceof UnixDomainSocketAddress) {
      return UNIX;
    }
    return ((InetSocketAddress) address).getAddress() instanceof Inet6Address ? INET6 : INET;
  }

  /** The name of this family's byte streams in messages, as in Go. */
  public String streams() {
    return this == UNIX ? "unix" : "tcp";
  }

  /** The name of this family's datagrams in messages, as in Go. */
  public String datagrams() {
    return this == UNIX ? "unixgram" : "udp";
  }
}
