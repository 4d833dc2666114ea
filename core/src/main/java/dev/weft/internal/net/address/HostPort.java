package dev.weft.internal.net.address;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * An address in the form {@code host:port}.
 *
 * @param host a name or a literal address without brackets; empty for none
 */
public record HostPort(String host, int port) {
  private static final Map<String, Integer> SERVICES =
      Map.of("http", 80, "https", 443, "ssh", 22, "smtp", 25, "domain", 53, "ftp", 21);

  private static final int MAX_PORT = 0xFFFF;

  /** Stricter than {@code parseInt}: no sign, and only ASCII digits. */
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

  public static HostPort parse(String address) {
    requirePrintable(address);
    int colon = address.lastIndexOf(':');
    if (NUMBER.matcher(address).matches()) {
      throw new IllegalArgumentException(
          "address \"" + address + "\": missing port; did you mean \":" + address + "\"?");
    }
    if (colon < 0 || address.endsWith("]")) {
      throw new IllegalArgumentException(
          "address \"" + address + "\": missing port; write host:port, :port or [ipv6]:port");
    }
    String host = address.substring(0, colon);
    if (host.startsWith("[")) {
      if (!host.endsWith("]")) {
        throw new IllegalArgumentException(
            "address \"" + address + "\": missing ]; write [ipv6]:port");
      }
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "address \""
              + address
              + "\": too many colons; an IPv6 address goes in brackets: [ipv6]:port");
    }
    return new HostPort(host, port(address, address.substring(colon + 1)));
  }

  /**
   * No host name contains such characters, and a line break would forge a line in messages and
   * logs.
   */
  private static void requirePrintable(String address) {
    for (int i = 0; i < address.length(); i++) {
      char c = address.charAt(i);
      if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
        throw new IllegalArgumentException(
            "address with the control character U+%04X at index %d".formatted((int) c, i));
      }
    }
  }

  private static int port(String address, String text) {
    Integer service = SERVICES.get(text);
    if (service != null) {
      return service;
    }
    if (NUMBER.matcher(text).matches()) {
      int port = Integer.parseInt(text);
      if (port <= MAX_PORT) {
        return port;
      }
    }
    throw new IllegalArgumentException(
        "address \""
            + address
            + "\": port \""
            + text
            + "\" is neither a number from 0 to 65535 nor a known service");
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
