package dev.weft.internal.tls;

import java.util.function.Predicate;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.StandardConstants;

/** Names of servers, as clients send them (RFC 6066, section 3). */
public final class PeerNames {
  private PeerNames() {}

  /**
   * Reports whether the name is an IP address, which is not sent. No name ends in a digit:
   * top-level domains do not.
   */
  public static boolean isAddress(String host) {
    return host.contains(":") || Character.isDigit(host.charAt(host.length() - 1));
  }

  /** Accepts the names that {@code known} does. */
  public static SNIMatcher matcher(Predicate<String> known) {
    return new SNIMatcher(StandardConstants.SNI_HOST_NAME) {
      @Override
      public boolean matches(SNIServerName name) {
        return known.test(new SNIHostName(name.getEncoded()).getAsciiName());
      }
    };
  }
}
