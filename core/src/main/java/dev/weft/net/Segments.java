package dev.weft.net;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Memory segments as buffers, for connections that know only those. */
final class Segments {
  private Segments() {}

  /** The bytes from {@code offset} on, as many as a buffer can have. */
  static ByteBuffer firstBytes(MemorySegment segment, long offset) {
    long length = Math.min(segment.byteSize() - offset, Integer.MAX_VALUE);
    return segment.asSlice(offset, length).asByteBuffer();
  }
}
