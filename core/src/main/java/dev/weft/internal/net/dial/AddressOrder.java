package dev.weft.internal.net.dial;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The order in which the addresses of a host are tried (RFC 8305, section 4). */
public final class AddressOrder {
  private AddressOrder() {}

  /**
   * Alternates the address families, beginning with that of the first address, so that a family
   * without a route costs one attempt delay and not several.
   *
   * @param resolved at least one address
   */
  public static List<InetSocketAddress> interleave(List<InetSocketAddress> resolved) {
    boolean v6First = isV6(resolved.getFirst());
    var ofFirst = new ArrayDeque<InetSocketAddress>();
    var ofOther = new ArrayDeque<InetSocketAddress>();
    for (InetSocketAddress address : resolved) {
      (isV6(address) == v6First ? ofFirst : ofOther).add(address);
    }
    List<InetSocketAddress> order = new ArrayList<>();
    while (!ofFirst.isEmpty() || !ofOther.isEmpty()) {
      if (!ofFirst.isEmpty()) {
        order.add(ofFirst.poll());
      }
      if (!ofOther.isEmpty()) {
        order.add(ofOther.poll());
      }
    }
    return order;
  }

  /** Reports whether an address is an IPv6 address. */
  public static boolean isV6(InetSocketAddress address) {
    return address.getAddress() instanceof Inet6Address;
  }
}
