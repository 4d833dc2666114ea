package dev.weft.internal.net.lookup;

import java.net.UnknownHostException;
import java.util.Set;

/** Messages of failed look-ups. */
final class UnknownHosts {
  /** Messages of C libraries for a host that does not exist. */
  private static final Set<String> NO_SUCH_HOST =
      Set.of(
          "Name or service not known",
          "No address associated with hostname",
          "nodename nor servname provided, or not known",
          "Name does not resolve");

  private UnknownHosts() {}

  /** The operation with the name that it looks up. */
  static String named(String what, String host) {
    String lookup = "lookup " + host;
    return what.equals(lookup) ? what : what + ": " + lookup;
  }

  /** The JDK's exception with the operation, the name and the reason in its message. */
  static UnknownHostException of(String what, String host, UnknownHostException e) {
    UnknownHostException named =
        new UnknownHostException(named(what, host) + ": " + reason(host, e));
    named.initCause(e);
    return named;
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
}
