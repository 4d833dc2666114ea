package dev.weft.net;

import java.io.IOException;

/**
 * What a Unix connection can pass to another process: listeners, connections, files, and their
 * descriptors. See {@link UnixConn#sendDescriptors}.
 */
public interface Passable {
  /**
   * A new descriptor of the same socket or file, which the caller closes. Closing this object does
   * not disturb it, nor the other way round.
   *
   * <p>A connection must be quiet: this waits until everything that was written is in the socket,
   * and fails with an {@link IOException} when bytes were received ahead that no read has taken.
   *
   * @throws UnsupportedOperationException on the selector poller
   */
  Descriptor duplicate() throws IOException;
}
