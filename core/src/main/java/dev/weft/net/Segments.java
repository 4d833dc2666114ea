package dev.weft.net;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/**
 * Transfers memory segments over a connection that only has methods for buffers. A segment over an
 * array other than {@code byte[]} has no buffer view, so its bytes are copied.
 */
final class Segments {
  private static final int MAX_COPIED = 64 * 1024;

  private Segments() {}

  static int read(Conn conn, MemorySegment segment) throws IOException {
    if (segment.isReadOnly()) {
      throw new IllegalArgumentException("cannot read into a read-only segment");
    }
    if (isBuffer(segment)) {
      return conn.read(bytes(segment, 0));
    }
    byte[] copy = new byte[(int) Math.min(segment.byteSize(), MAX_COPIED)];
    int n = conn.read(ByteBuffer.wrap(copy));
    if (n > 0) {
      MemorySegment.copy(copy, 0, segment, ValueLayout.JAVA_BYTE, 0, n);
    }
    return n;
  }

  static void write(Conn conn, MemorySegment segment) throws IOException {
    if (!isBuffer(segment)) {
      conn.write(ByteBuffer.wrap(segment.toArray(ValueLayout.JAVA_BYTE)));
      return;
    }
    long done = 0;
    do {
      ByteBuffer piece = bytes(segment, done);
      done += piece.remaining();
      conn.write(piece);
    } while (done < segment.byteSize());
  }

  /** A read-only segment hides the array behind it. */
  private static boolean isBuffer(MemorySegment segment) {
    return segment.isNative() || segment.heapBase().orElse(null) instanceof byte[];
  }

  private static ByteBuffer bytes(MemorySegment segment, long offset) {
    long length = Math.min(segment.byteSize() - offset, Integer.MAX_VALUE);
    return segment.asSlice(offset, length).asByteBuffer();
  }
}
