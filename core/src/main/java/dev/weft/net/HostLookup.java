package dev.weft.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a host; what a {@link Resolver} asks, in a goroutine of its own. */
@FunctionalInterface
public interface HostLookup {
  /**
   * The addresses of {@code host}, the preferred ones first; at least one. May block.
   *
   * @throws UnknownHostException when there is no such host
   */
  List<InetAddress> lookUp(String host) throws UnknownHostException;
}
