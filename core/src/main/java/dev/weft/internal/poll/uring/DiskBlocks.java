package dev.weft.internal.poll.uring;

import dev.weft.internal.sync.SpinLock;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Native memory for file requests. The user's own memory may move, on the heap, or be freed by
 * another thread during a transfer, so bytes are copied.
 *
 * <p>Each block has an arena of its own and lives as long as it is referred to. A limited number of
 * free blocks is kept; the garbage collector frees the others. So no transfer waits for a block.
 */
final class DiskBlocks extends SpinLock {
  /** A few pages, the size of most random reads. */
  static final int SMALL = 16 * 1024;

  /** The kernel's default read-ahead; larger pieces gain nothing. */
  static final int LARGE = 128 * 1024;

  private static final int ALIGNMENT = 64;

  private final @Nullable MemorySegment[] small = new @Nullable MemorySegment[256];
  private final @Nullable MemorySegment[] large = new @Nullable MemorySegment[64];
  private int smallCount;
  private int largeCount;
  private int taken;

  /**
   * Takes a block for {@code length} bytes, or for as many of them as fit. Its content is
   * undefined.
   */
  MemorySegment take(int length) {
    boolean isSmall = length <= SMALL;
    MemorySegment block = null;
    lock();
    if (isSmall && smallCount > 0) {
      block = small[--smallCount];
    } else if (!isSmall && largeCount > 0) {
      block = large[--largeCount];
    }
    unlock();
    if (block == null) {
      block = Arena.ofAuto().allocate(isSmall ? SMALL : LARGE, ALIGNMENT);
    }
    lock();
    taken++;
    unlock();
    return block;
  }

  /** Returns a block that no request in flight uses. */
  void give(MemorySegment block) {
    lock();
    taken--;
    if (block.byteSize() == SMALL) {
      if (smallCount < small.length) {
        small[smallCount++] = block;
      }
    } else if (largeCount < large.length) {
      large[largeCount++] = block;
    }
    unlock();
  }

  /** How many blocks are taken; a snapshot. */
  int taken() {
    return taken;
  }
}
