package dev.weft.net;

import dev.weft.Weft;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Finds the addresses behind a name. */
final class Resolver {
  /** How C libraries put it. */
  private static final Set<String> NO_SUCH_HOST =
      Set.of(
          "Name or service not known",
          "No address associated with hostname",
          "nodename nor servname provided, or not known",
          "Name does not resolve");

  private Resolver() {}

  /** At least one address that {@code network} admits, in the resolver's order. */
  static List<InetSocketAddress> resolve(String operation, Network network, HostPort target)
      throws IOException {
    // A literal address is only parsed, but a name blocks the thread in the C library.
    InetAddress[] all =
        isLiteral(target.host())
            ? lookUp(operation, network, target)
            : Weft.blocking(() -> lookUp(operation, network, target));
    List<InetSocketAddress> admitted = new ArrayList<>();
    for (InetAddress address : all) {
      if (network.admits(address)) {
        admitted.add(new InetSocketAddress(address, target.port()));
      }
    }
    if (admitted.isEmpty()) {
      throw new UnknownHostException(
          operation
              + " "
              + network
              + " "
              + target
              + ": no suitable address: "
              + network
              + " means "
              + (network.isV6Only() ? "IPv6" : "IPv4")
              + " only");
    }
    return admitted;
  }

  private static boolean isLiteral(String host) {
    return host.indexOf(':') >= 0
        || (!host.isEmpty()
            && Character.digit(host.charAt(0), 10) >= 0
            && host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9')));
  }

  /**
   * The JDK throws the same exception for a name that does not exist and for a resolver that does
   * not answer; the difference is in its message, behind the name.
   */
  static String reason(String host, UnknownHostException e) {
    String message = String.valueOf(e.getMessage());
    String prefix = host + ": ";
    String reason = message.startsWith(prefix) ? message.substring(prefix.length()) : "";
    if (reason.isEmpty() || NO_SUCH_HOST.contains(reason)) {
      return "no such host";
    }
    return Character.toLowerCase(reason.charAt(0)) + reason.substring(1);
  }

  private static InetAddress[] lookUp(String operation, Network network, HostPort target)
      throws UnknownHostException {
    try {
      return InetAddress.getAllByName(target.host());
    } catch (UnknownHostException e) {
      UnknownHostException named =
          new UnknownHostException(
              operation
                  + " "
                  + network
                  + " "
                  + target
                  + ": lookup "
                  + target.host()
                  + ": "
                  + reason(target.host(), e));
      named.initCause(e);
      throw named;
    }
  }
}
