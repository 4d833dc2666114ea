package dev.weft.http.client;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An entry of NO_PROXY, which commas or spaces separate: {@code *}, a host with all below it, an
 * address, or a network in CIDR notation; any but a network with a port after it, if it is for that
 * one only.
 *
 * @param port 0 for any
 */
record NoProxy(String host, int port) {
  static List<NoProxy> parse(String list) {
    List<NoProxy> entries = new ArrayList<>();
    for (String part : list.split("[,\\s]+", -1)) {
      String entry = part.toLowerCase(Locale.ROOT);
      if (!entry.isEmpty()) {
        entries.add(entry(entry));
      }
    }
    return entries;
  }

  private static NoProxy entry(String entry) {
    int colon = entry.lastIndexOf(':');
    boolean single = colon >= 0 && entry.indexOf(':') == colon;
    if ((single || entry.startsWith("[")) && entry.indexOf(']', colon) < 0) {
      String port = entry.substring(colon + 1);
      if (!port.isEmpty() && port.length() <= 5 && port.chars().allMatch(Character::isDigit)) {
        return new NoProxy(host(entry.substring(0, colon)), Integer.parseInt(port));
      }
    }
    return new NoProxy(host(entry), 0);
  }

  private static String host(String text) {
    boolean literal = text.startsWith("[") && text.endsWith("]");
    String host = literal ? text.substring(1, text.length() - 1) : text;
    return host.startsWith("*.") ? host.substring(1) : host;
  }

  boolean matches(Target target) {
    if (port != 0 && port != target.port()) {
      return false;
    }
    if (host.equals("*") || host.equals(target.host())) {
      return true;
    }
    int slash = host.indexOf('/');
    if (slash >= 0) {
      return isWithin(target.host(), host.substring(0, slash), host.substring(slash + 1));
    }
    return target.host().endsWith(host.startsWith(".") ? host : "." + host);
  }

  private static boolean isWithin(String address, String network, String bits) {
    try {
      byte[] one = InetAddress.ofLiteral(address).getAddress();
      byte[] other = InetAddress.ofLiteral(network).getAddress();
      int prefix = Integer.parseInt(bits);
      if (one.length != other.length || prefix < 0 || prefix > 8 * one.length) {
        return false;
      }
      for (int i = 0; i < prefix; i++) {
        int mask = 0x80 >> (i % 8);
        if ((one[i / 8] & mask) != (other[i / 8] & mask)) {
          return false;
        }
      }
      return true;
    } catch (IllegalArgumentException e) {
      return false; // a name, or no network
    }
  }
}
