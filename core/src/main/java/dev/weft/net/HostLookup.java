package dev.weft.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Finds the addresses of a host: the source of a {@link Resolver}, which calls it in a goroutine.
 */
@FunctionalInterface
public interface HostLookup {
  /**
   * Returns the addresses of {@code host}, at least one, in order of preference. May block.
   *
   * @throws UnknownHostException when the host does not exist
   */
  List<InetAddress> lookUp(String host) throws UnknownHostException;
}
