package dev.weft.io;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A pool of the buffers of copies, which are longer than those of {@link BufferPool}.
 *
 * <p>A place holds a buffer or null. Taking swaps it for null, giving back replaces null by
 * compare-and-set, so a buffer has one owner at a time.
 */
final class CopyBuffers {
  /** With {@link CopyBuffer#LENGTH}, at most 2 MiB stay here. */
  private static final int PLACES = 32;

  private static final AtomicReferenceArray<CopyBuffer> PLACE = new AtomicReferenceArray<>(PLACES);

  private CopyBuffers() {}

  static CopyBuffer take() {
    for (int i = 0; i < PLACES; i++) {
      if (PLACE.getPlain(i) != null) {
        CopyBuffer taken = PLACE.getAndSet(i, null);
        if (taken != null) {
          return taken;
        }
      }
    }
    return new CopyBuffer();
  }

  /** Gives a buffer back; what does not fit is left to the garbage collector. */
  static void give(CopyBuffer buffer) {
    for (int i = 0; i < PLACES; i++) {
      if (PLACE.getPlain(i) == null && PLACE.compareAndSet(i, null, buffer)) {
        return;
      }
    }
  }
}
