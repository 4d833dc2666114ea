package dev.weft.http.server;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A set of IP addresses, written as in {@code 10.0.0.0/8}, {@code ::1}. Immutable. */
final class IpNetworks {
  /** The number of leading bits that are compared. */
  private record Network(InetAddress address, int bits) {
    boolean contains(InetAddress other) {
      byte[] mine = address.getAddress();
      byte[] its = other.getAddress();
      if (mine.length != its.length) {
        return false;
      }
      int whole = bits / Byte.SIZE;
      for (int i = 0; i < whole; i++) {
        if (mine[i] != its[i]) {
          return false;
        }
      }
      int rest = bits % Byte.SIZE;
      int mask = 0xff << (Byte.SIZE - rest);
      return rest == 0 || ((mine[whole] ^ its[whole]) & mask & 0xff) == 0;
    }
  }

  private final List<Network> networks = new ArrayList<>();

  /**
   * @throws IllegalArgumentException when a text is not an address or a network in CIDR notation
   */
  IpNetworks(String... texts) {
    for (String text : texts) {
      int slash = text.indexOf('/');
      InetAddress address = address(slash < 0 ? text : text.substring(0, slash));
      if (address == null) {
        throw new IllegalArgumentException("not an IP address: " + text);
      }
      int length = address.getAddress().length * Byte.SIZE;
      int bits = slash < 0 ? length : Integer.parseInt(text.substring(slash + 1));
      if (bits < 0 || bits > length) {
        throw new IllegalArgumentException("not a prefix length: " + text);
      }
      networks.add(new Network(address, bits));
    }
  }

  boolean contains(InetAddress address) {
    for (Network network : networks) {
      if (network.contains(address)) {
        return true;
      }
    }
    return false;
  }

  /** Parses an address without looking up names; null if the text is not an address. */
  static @Nullable InetAddress address(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
