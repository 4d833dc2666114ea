package dev.weft.internal.net.lookup;

import dev.weft.internal.net.address.HostPort;
import dev.weft.internal.net.address.LocalAddresses;
import dev.weft.internal.net.address.Network;
import dev.weft.internal.net.wait.Deadlines;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.error.NetExceptions;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Resolves targets written as text. */
public final class Targets {
  private Targets() {}

  /** Opens a socket that listens on an address. */
  @FunctionalInterface
  public interface Opening<T> {
    T listen(String where, InetSocketAddress address) throws IOException;
  }

  /**
   * Listens on the address of {@code target}. An empty host means every local address, of IPv6 and
   * IPv4, or of IPv4 alone where the system has no IPv6.
   */
  public static <T> T listen(Network network, HostPort target, Opening<T> opening)
      throws IOException {
    String where = network + " " + target;
    try {
      if (!target.host().isEmpty()) {
        NetOperation operation = NetOperation.LISTEN;
        return opening.listen(
            where,
            resolve(LookupCache.SYSTEM, operation, network, target, Deadlines.NONE, null)
                .getFirst());
      }
      if (!network.isV4Only()) {
        try {
          return opening.listen(where, LocalAddresses.wildcard(true, target.port()));
        } catch (SystemCallException e) {
          if (network.isV6Only() || e.errno() != Errno.EAFNOSUPPORT) {
            throw e;
          }
        }
      }
      return opening.listen(where, LocalAddresses.wildcard(false, target.port()));
    } catch (SystemCallException e) {
      throw NetExceptions.of(NetOperation.LISTEN, where, e.errno());
    }
  }

  /**
   * Returns at least one address of a family that {@code network} allows, in the order of the
   * look-up.
   */
  public static List<InetSocketAddress> resolve(
      LookupCache names,
      NetOperation operation,
      Network network,
      HostPort target,
      long deadline,
      @Nullable CancelSignal cancelSignal)
      throws IOException {
    String what = operation + " " + network + " " + target;
    List<InetSocketAddress> admitted = new ArrayList<>();
    for (InetAddress address : names.lookUp(what, target.host(), deadline, cancelSignal)) {
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
}
