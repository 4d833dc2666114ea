package dev.weft.internal.poll.uring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Native memory for bytes being sent, in blocks of two sizes. Free blocks are reused last in, first
 * out, so a server whose sends complete at once keeps using the same few. The ring's lock guards
 * everything except {@link #grow}.
 */
final class SendBlocks {
  static final int SMALL = 512;
  static final int LARGE = 16 * 1024;

  private static final int SLAB = 256 * 1024;

  /** Beyond this amount, writes go directly to the socket and wait for its send buffer. */
  private static final long MAX_ALLOCATED = 64L * 1024 * 1024;

  /** Bytes being sent. */
  static final class Block {
    final ProcessorRing ring;
    final MemorySegment memory;
    final long offset;
    final int capacity;
    int length;
    int sent;

    /** The next block of the list that contains this one; used by the owner of the list. */
    @Nullable Block next;

    private Block(ProcessorRing ring, MemorySegment memory, long offset, int capacity) {
      this.ring = ring;
      this.memory = memory;
      this.offset = offset;
      this.capacity = capacity;
    }
  }

  private final ProcessorRing ring;
  private final Arena arena = Arena.ofAuto();
  private @Nullable Block small;
  private @Nullable Block large;
  private long allocated;
  private volatile boolean exhausted;
  private int taken;

  SendBlocks(ProcessorRing ring) {
    this.ring = ring;
  }

  /**
   * Takes an empty block for {@code length} bytes, or for as many of them as fit; {@code null} when
   * none is free.
   */
  @Nullable Block take(int length) {
    boolean isSmall = length <= SMALL;
    Block block = isSmall ? small : large;
    if (block == null) {
      return null;
    }
    if (isSmall) {
      small = block.next;
    } else {
      large = block.next;
    }
    block.next = null;
    block.length = 0;
    block.sent = 0;
    taken++;
    return block;
  }

  /**
   * Allocates blocks of the size for {@code length} bytes, unless the limit or the end of the
   * memory is reached. To be called without any lock: at its limit for native memory the JVM
   * collects garbage and sleeps before it fails.
   */
  void grow(int length) {
    ring.lock();
    boolean mayGrow = !exhausted && allocated < MAX_ALLOCATED;
    if (mayGrow) {
      allocated += SLAB;
    }
    ring.unlock();
    if (!mayGrow) {
      return;
    }
    try {
      add(arena.allocate(SLAB, 64), length <= SMALL ? SMALL : LARGE);
    } catch (OutOfMemoryError e) {
      exhausted = true; // Each further attempt would take half a second.
    }
  }

  /** Adds one large block. */
  void addOne() {
    MemorySegment memory = arena.allocate(LARGE, 64);
    ring.lock();
    allocated += LARGE;
    Block block = new Block(ring, memory, 0, LARGE);
    block.next = large;
    large = block;
    ring.unlock();
  }

  private void add(MemorySegment slab, int size) {
    Block first = new Block(ring, slab, 0, size);
    Block last = first;
    for (int offset = size; offset <= SLAB - size; offset += size) {
      last = last.next = new Block(ring, slab, offset, size);
    }
    ring.lock();
    if (size == SMALL) {
      last.next = small;
      small = first;
    } else {
      last.next = large;
      large = first;
    }
    ring.unlock();
  }

  void give(Block block) {
    taken--;
    if (block.capacity == SMALL) {
      block.next = small;
      small = block;
    } else {
      block.next = large;
      large = block;
    }
  }

  /** How many blocks are taken; a snapshot. */
  int taken() {
    return taken;
  }
}
