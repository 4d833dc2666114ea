package dev.weft.io;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Buffers of copies that are not in use. They are longer than those of {@link BufferPool}, and are
 * {@code ByteBuffer}s, whose position tells how far a failed write came.
 *
 * <p>A place holds a buffer or null. Taking swaps it for null, giving back replaces null by
 * compare-and-set, so a buffer has one owner at a time.
 */
final class CopyBuffers {
  /** As long as one system call of Weft's moves. */
  static final int LENGTH = 64 * 1024;

  /** With {@link #LENGTH}, at most 2 MiB stay here. */
  private static final int PLACES = 32;

  private static final AtomicReferenceArray<ByteBuffer> PLACE = new AtomicReferenceArray<>(PLACES);

  private CopyBuffers() {}

  static ByteBuffer take() {
    for (int i = 0; i < PLACES; i++) {
      if (PLACE.getPlain(i) != null) {
        ByteBuffer taken = PLACE.getAndSet(i, null);
        if (taken != null) {
          return taken;
        }
      }
    }
    return ByteBuffer.allocate(LENGTH);
  }

  /** Gives a buffer back; what does not fit is left to the garbage collector. */
  static void give(ByteBuffer buffer) {
    for (int i = 0; i < PLACES; i++) {
      if (PLACE.getPlain(i) == null && PLACE.compareAndSet(i, null, buffer)) {
        return;
      }
    }
  }
}
