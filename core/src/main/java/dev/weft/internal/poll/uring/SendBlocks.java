package dev.weft.internal.poll.uring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Native memory for what is being sent: blocks of two sizes, used last in, first out, so that a
 * server whose sends complete at once goes on using the same few. Guarded by the lane's lock.
 */
final class SendBlocks {
  static final int SMALL = 512;
  static final int LARGE = 16 * 1024;

  private static final int SLAB = 256 * 1024;

  /** Beyond this, writers wait for the kernel as they do without us. */
  private static final long MOST = 64L * 1024 * 1024;

  /** Bytes on their way. */
  static final class Block {
    final Lane lane;
    final MemorySegment memory;
    final long offset;
    final int capacity;
    int length;
    int sent;

    /** Of whoever has the block: what follows it. */
    @Nullable Block next;

    private Block(Lane lane, MemorySegment memory, long offset, int capacity) {
      this.lane = lane;
      this.memory = memory;
      this.offset = offset;
      this.capacity = capacity;
    }
  }

  private final Lane lane;
  private final Arena arena = Arena.ofAuto();
  private @Nullable Block small;
  private @Nullable Block large;
  private long allocated;
  private int taken;

  SendBlocks(Lane lane) {
    this.lane = lane;
  }

  /**
   * An empty block for {@code length} bytes or the first of them; {@code null} when none is left.
   */
  @Nullable Block take(int length) {
    boolean isSmall = length <= SMALL;
    Block block = isSmall ? small : large;
    if (block == null) {
      if (allocated >= MOST) {
        return null;
      }
      block = carve(isSmall ? SMALL : LARGE);
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

  private Block carve(int size) {
    MemorySegment slab = arena.allocate(SLAB, 64);
    allocated += SLAB;
    Block first = null;
    for (int offset = SLAB - size; offset >= 0; offset -= size) {
      Block block = new Block(lane, slab, offset, size);
      block.next = first;
      first = block;
    }
    if (first == null) {
      throw new AssertionError("a slab holds blocks");
    }
    return first;
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
