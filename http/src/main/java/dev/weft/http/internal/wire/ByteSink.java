package dev.weft.http.internal.wire;

import java.io.IOException;

/** The writing side of a connection. */
public interface ByteSink {
  /** Writes all bytes; blocks until they are written. */
  void write(byte[] bytes, int offset, int length) throws IOException;

  /** Writes two ranges as if they were one, with as few system calls as possible. */
  void write(byte[] first, int firstOffset, int firstLength, byte[] second, int offset, int length)
      throws IOException;
}
