package dev.weft.net.server;

import dev.weft.net.Conn;

/** Serves one connection, in a goroutine of its own. */
@FunctionalInterface
public interface ConnHandler {
  /**
   * Serves the connection to its end. The server closes the connection when this returns or throws.
   * A failure ends this connection and no other.
   *
   * @throws Exception for any reason; an {@link java.io.IOException} counts as a failure of the
   *     peer or the network
   */
  void serve(Conn conn) throws Exception;
}
