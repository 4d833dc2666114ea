package dev.weft.net.limit;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The number of open connections of each peer. An entry is removed with the last connection of its
 * peer.
 */
final class Peers {
  private final ConcurrentHashMap<Object, Integer> open = new ConcurrentHashMap<>();
  private final int max;

  Peers(int max) {
    this.max = max;
  }

  /** The address, or the network of an IPv6 address; null for a peer without an IP address. */
  static @Nullable Object keyOf(SocketAddress peer) {
    if (!(peer instanceof InetSocketAddress internet)) {
      return null;
    }
    return internet.getAddress() instanceof Inet6Address v6
        ? (Object) ByteBuffer.wrap(v6.getAddress()).getLong()
        : internet.getAddress();
  }

  /** Counts one more connection of the peer; returns false at the limit. */
  boolean enter(Object peer) {
    boolean[] entered = new boolean[1];
    open.compute(
        peer,
        (key, count) -> {
          int now = count == null ? 0 : count;
          entered[0] = now < max;
          return entered[0] ? Integer.valueOf(now + 1) : count;
        });
    return entered[0];
  }

  void leave(Object peer) {
    open.computeIfPresent(peer, (key, count) -> count == 1 ? null : count - 1);
  }

  int size() {
    return open.size();
  }
}
