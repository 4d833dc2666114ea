package dev.weft.internal.poll.uring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Native memory for what is being sent: blocks of two sizes, used last in, first out, so that a
 * server whose sends complete at once goes on using the same few. Guarded by the ring's lock, but
 * for {@link #grow}.
 */
final class SendBlocks {
  static final int SMALL = 512;
  static final int LARGE = 16 * 1024;

  private static final int SLAB = 256 * 1024;

  /** Beyond this, writers wait for the kernel as they do without us. */
  private static final long MAX_ALLOCATED = 64L * 1024 * 1024;

  /** Bytes on their way. */
  static final class Block {
    final ProcessorRing ring;
    final MemorySegment memory;
    final long offset;
    final int capacity;
    int length;
    int sent;

    /** Of whoever has the block: what follows it. */
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
   * An empty block for {@code length} bytes or the first of them; {@code null} when none is left.
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
   * Makes blocks of the size for {@code length} bytes, unless there are too many or no memory is
   * left. To be called without any lock: native memory counts towards a limit of the JVM's, at
   * which it collects garbage and sleeps before it gives up.
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
      exhausted = true; // To ask again and again would take half a second each time.
    }
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

  /** Blocks not given back; a moment's figure. */
  int taken() {
    return taken;
  }
}
