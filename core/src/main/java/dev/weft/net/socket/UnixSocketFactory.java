package dev.weft.net.socket;

import dev.weft.net.Dialer;
import java.net.UnixDomainSocketAddress;

/**
 * Makes sockets that all connect to one Unix socket, whatever host and port the library requests.
 * For PostgreSQL's JDBC driver:
 *
 * <pre>{@code
 * jdbc:postgresql://localhost/app?socketFactory=dev.weft.net.socket.UnixSocketFactory
 *     &socketFactoryArg=/run/postgresql/.s.PGSQL.5432
 * }</pre>
 *
 * Safe for use by any number of threads.
 */
public final class UnixSocketFactory extends DelegatingSocketFactory {
  /**
   * @param path the path of the Unix socket, or {@code @name} for an abstract name
   * @throws IllegalArgumentException when it is too long for a Unix socket
   */
  public UnixSocketFactory(String path) {
    super(Dialer.DEFAULT.socketFactory(UnixDomainSocketAddress.of(path)));
  }
}
