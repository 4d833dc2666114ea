package dev.weft.io;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A pool of byte arrays of one length, for readers and writers of connections.
 *
 * <p>A place holds an array or null. Taking swaps it for null, giving back replaces null by
 * compare-and-set, so an array has one owner at a time. Each thread starts at a place of its own,
 * and looks at a few before it allocates or lets the array go to the garbage collector.
 */
final class BufferPool {
  /**
   * The size of a buffer: enough for most requests and answers; a TLS record is a little longer.
   */
  static final int LENGTH = 16 * 1024;

  /** With {@link #LENGTH}, at most 2 MiB stay here. */
  private static final int PLACES = 128;

  private static final int TRIES = 8;
  private static final AtomicReferenceArray<byte[]> PLACE = new AtomicReferenceArray<>(PLACES);

  private BufferPool() {}

  static byte[] take() {
    int first = first();
    for (int i = 0; i < TRIES; i++) {
      int at = (first + i) % PLACES;
      if (PLACE.getPlain(at) != null) {
        byte[] taken = PLACE.getAndSet(at, null);
        if (taken != null) {
          return taken;
        }
      }
    }
    return new byte[LENGTH];
  }

  /** Gives a buffer back. Buffers of another length and null are left to the garbage collector. */
  static void give(byte @Nullable [] buffer) {
    if (buffer == null || buffer.length != LENGTH) {
      return;
    }
    int first = first();
    for (int i = 0; i < TRIES; i++) {
      int at = (first + i) % PLACES;
      if (PLACE.getPlain(at) == null && PLACE.compareAndSet(at, null, buffer)) {
        return;
      }
    }
  }

  private static int first() {
    long id = Thread.currentThread().threadId();
    return (int) ((id * 0x9E3779B97F4A7C15L) >>> 57); // the upper 7 bits: 0 to 127
  }
}
