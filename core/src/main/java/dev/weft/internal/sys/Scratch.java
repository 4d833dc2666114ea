package dev.weft.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Native memory for the arguments of a system call. It belongs to the code that took it until it is
 * given back.
 *
 * <p>It does not belong to a thread, as {@link CallState} does: between filling it and the call, a
 * goroutine may be moved to another one. That happens when the first calls of a method handle make
 * the JVM define classes, whose locks may be contended.
 */
public final class Scratch {
  /** How many bytes there are for data. */
  public static final int BYTES = 64 * 1024;

  private static final int SLOTS = 32;
  private static final SlotPool<Scratch> FREE = new SlotPool<>(SLOTS);

  /** Room for data. */
  public final MemorySegment data;

  /** Room for a small structure. */
  final MemorySegment structure;

  private Scratch() {
    // Automatic: one that is not given back is freed by the garbage collector.
    MemorySegment all = Arena.ofAuto().allocate(BYTES + 64, 64);
    data = all.asSlice(0, BYTES);
    structure = all.asSlice(BYTES, 64);
  }

  public static Scratch take() {
    Scratch scratch = FREE.take();
    return scratch != null ? scratch : new Scratch();
  }

  /** To be called once, when nothing uses it any more. */
  public void give() {
    FREE.give(this);
  }
}
