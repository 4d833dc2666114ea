package dev.weft.internal.net.lookup;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** The resolver that a {@link LookupCache} asks. May block. */
@FunctionalInterface
public interface LookupSource {
  /**
   * The addresses of {@code host}, at least one.
   *
   * @throws UnknownHostException when there is no such host
   */
  List<InetAddress> lookUp(String host) throws UnknownHostException;
}
