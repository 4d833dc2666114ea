package dev.weft.internal.poll;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** The address family of a socket. */
public enum Family {
  INET,
  /** IPv6, and also IPv4 unless the socket is restricted to IPv6. */
  INET6,
  UNIX;

  /** Returns the family of a socket for {@code address}, which is resolved. */
  public static Family of(SocketAddress address) {
    if (address instanceof UnixDomainSocketAddress) {
      return UNIX;
    }
    return ((InetSocketAddress) address).getAddress() instanceof Inet6Address ? INET6 : INET;
  }

  /** Returns Go's name of this family's byte streams, for messages. */
  public String streams() {
    return this == UNIX ? "unix" : "tcp";
  }

  /** Returns Go's name of this family's datagrams, for messages. */
  public String datagrams() {
    return this == UNIX ? "unixgram" : "udp";
  }
}
