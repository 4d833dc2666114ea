package dev.weft.http.internal.wire;

import java.io.IOException;

/** The reading side of a connection. */
@FunctionalInterface
public interface ByteSource {
  /**
   * Reads at least one byte; blocks until there is one.
   *
   * @return how many bytes, or -1 at the end of the stream
   */
  int read(byte[] into, int offset, int length) throws IOException;
}
