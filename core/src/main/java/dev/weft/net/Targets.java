package dev.weft.net;

import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.error.NetOperation;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The addresses that a target written as text stands for. */
final class Targets {
  private Targets() {}

  /** At least one address that {@code network} admits, in the resolver's order. */
  static List<InetSocketAddress> resolve(
      Resolver resolver,
      NetOperation operation,
      Network network,
      HostPort target,
      long deadline,
      @Nullable CancelSignal cancelSignal)
      throws IOException {
    String what = operation + " " + network + " " + target;
    List<InetSocketAddress> admitted = new ArrayList<>();
    for (InetAddress address : resolver.lookUp(what, target.host(), deadline, cancelSignal)) {
      if (network.admits(address)) {
        admitted.add(new InetSocketAddress(address, target.port()));
      }
    }
    if (admitted.isEmpty()) {
      throw new UnknownHostException(
          what
              + ": no suitable address: "
              + network
              + " means "
              + (network.isV6Only() ? "IPv6" : "IPv4")
              + " only");
    }
    return admitted;
  }

  /**
   * The order in which to try them (RFC 8305, section 4): the families take turns, beginning with
   * that of the first, so that a family without a way out costs one attempt delay and not several.
   */
  static List<InetSocketAddress> interleave(List<InetSocketAddress> resolved) {
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

  static boolean isV6(InetSocketAddress address) {
    return address.getAddress() instanceof Inet6Address;
  }
}
