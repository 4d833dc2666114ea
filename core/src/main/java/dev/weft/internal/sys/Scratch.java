package dev.weft.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Native memory for one call or two, of whoever took it until it is given back.
 *
 * <p>It does not belong to a thread, as {@link CallState} does: between filling it and the call, a
 * goroutine may be moved to another one. That happens when the first calls of a method handle make
 * the JVM define classes, whose locks may be contended.
 */
public final class Scratch {
  /** How many bytes there are for data. */
  public static final int BYTES = 64 * 1024;

  private static final int SLOTS = 32;
  private static final AtomicReferenceArray<Scratch> FREE = new AtomicReferenceArray<>(SLOTS);

  /** Room for data. */
  public final MemorySegment data;

  /** Room for a small structure. */
  final MemorySegment structure;

  private Scratch() {
    // What nobody gave back goes with the garbage.
    MemorySegment all = Arena.ofAuto().allocate(BYTES + 64, 64);
    data = all.asSlice(0, BYTES);
    structure = all.asSlice(BYTES, 64);
  }

  public static Scratch take() {
    for (int i = 0; i < SLOTS; i++) {
      if (FREE.getPlain(i) != null) {
        Scratch scratch = FREE.getAndSet(i, null);
        if (scratch != null) {
          return scratch;
        }
      }
    }
    return new Scratch();
  }

  /** To be called once, when nothing uses it any more; what does not fit is left to the garbage. */
  public void give() {
    for (int i = 0; i < SLOTS; i++) {
      if (FREE.getPlain(i) == null && FREE.compareAndSet(i, null, this)) {
        return;
      }
    }
  }
}
