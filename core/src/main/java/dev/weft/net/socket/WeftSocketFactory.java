package dev.weft.net.socket;

import dev.weft.net.Dialer;

/**
 * Makes sockets over Weft's TCP connections, as {@link Dialer#socketFactory()} of {@link
 * Dialer#DEFAULT} does. For PostgreSQL's JDBC driver:
 *
 * <pre>{@code
 * jdbc:postgresql://db.internal/app?socketFactory=dev.weft.net.socket.WeftSocketFactory
 * }</pre>
 *
 * Safe for use by any number of threads.
 */
public final class WeftSocketFactory extends DelegatingSocketFactory {
  public WeftSocketFactory() {
    super(Dialer.DEFAULT.socketFactory());
  }
}
