package dev.weft.internal.net.setup;

import dev.weft.internal.poll.Fd;
import java.io.IOException;
import java.net.SocketAddress;

/** Called with a socket before it is bound or connected. */
@FunctionalInterface
public interface SetupHook {
  /**
   * Sets up the socket. An exception makes the operation fail.
   *
   * @param address the address to listen on or to connect to
   */
  void setUp(SocketAddress address, Fd socket) throws IOException;
}
