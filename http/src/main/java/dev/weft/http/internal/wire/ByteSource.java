package dev.weft.http.internal.wire;

import java.io.IOException;

/** Where bytes come from: the reading half of a connection. */
@FunctionalInterface
public interface ByteSource {
  /**
   * Reads at least one byte, waiting for it if need be.
   *
   * @return how many bytes, or -1 at the end of the stream
   */
  int read(byte[] into, int offset, int length) throws IOException;
}
