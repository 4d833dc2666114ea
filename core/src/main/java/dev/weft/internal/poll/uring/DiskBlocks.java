package dev.weft.internal.poll.uring;

import dev.weft.internal.sync.SpinLock;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Native memory between the kernel and the memory of those who read and write files, which may move
 * (on the heap) or be freed (by somebody else) while a transfer is under way.
 *
 * <p>A block is memory of its own: it lives as long as anybody refers to it. So when more are in
 * use than are kept for the next transfer, what comes back late goes to the garbage collector, and
 * nobody has to wait for a block.
 */
final class DiskBlocks extends SpinLock {
  /** A page, or a few, as most random reads are. */
  static final int SMALL = 16 * 1024;

  /** What the kernel reads ahead by default: larger pieces gain nothing. */
  static final int LARGE = 128 * 1024;

  private static final int ALIGNMENT = 64;

  private final @Nullable MemorySegment[] small = new @Nullable MemorySegment[256];
  private final @Nullable MemorySegment[] large = new @Nullable MemorySegment[64];
  private int smallCount;
  private int largeCount;
  private int taken;

  /** A block for {@code length} bytes or the first of them. Its content is anything. */
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

  /** Takes a block back, in which nothing is under way any more. */
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

  /** Blocks not given back; a moment's figure. */
  int taken() {
    return taken;
  }
}
