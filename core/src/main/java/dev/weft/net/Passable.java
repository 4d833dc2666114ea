package dev.weft.net;

import java.io.IOException;

/**
 * An object whose descriptor a Unix connection can pass to another process: a listener, a
 * connection or a file. See {@link UnixConn#sendDescriptors}.
 */
public interface Passable {
  /**
   * Returns a new descriptor of the same socket or file, which the caller must close. Each can be
   * closed without an effect on the other.
   *
   * <p>No other call may be using a connection: this waits until all written bytes are in the
   * socket, and fails with an {@link IOException} when Weft has received bytes that no read has
   * returned yet.
   *
   * @throws UnsupportedOperationException on the selector poller
   */
  Descriptor duplicate() throws IOException;
}
