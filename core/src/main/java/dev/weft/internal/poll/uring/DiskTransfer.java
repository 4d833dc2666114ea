package dev.weft.internal.poll.uring;

import dev.weft.internal.poll.Transfer;
import dev.weft.internal.sys.Errno;
import java.lang.foreign.MemorySegment;

/**
 * A transfer that nobody waits for, by way of the ring: piece after piece through a block of ours.
 * The caller's memory is used only here, between the kernel's completions, where it can be seen
 * that it was freed.
 *
 * <pre>
 *   next       fills the block, for a write, and submits the piece: the kernel has the block
 *   complete   empties it, for a read, then next, or the end: the block goes back
 * </pre>
 */
final class DiskTransfer extends DiskRequest {
  private final Transfer transfer;
  private final DiskBlocks blocks;
  private final MemorySegment block;

  DiskTransfer(ProcessorRing ring, int fd, Transfer transfer, DiskBlocks blocks) {
    this(ring, fd, transfer, blocks, blocks.take(transfer.left()));
  }

  private DiskTransfer(
      ProcessorRing ring, int fd, Transfer transfer, DiskBlocks blocks, MemorySegment block) {
    super(ring, transfer.isWrite() ? Kind.WRITE : Kind.READ, fd, block);
    this.transfer = transfer;
    this.blocks = blocks;
    this.block = block;
  }

  /** Submits the next piece; there is one. */
  void next() {
    int length = (int) Math.min(transfer.left(), block.byteSize());
    if (transfer.isWrite()) {
      try {
        MemorySegment.copy(transfer.memory(), transfer.done(), block, 0, length);
      } catch (Throwable e) {
        blocks.give(block);
        transfer.endBecauseOf(e);
        return;
      }
    }
    submit(0, length, transfer.position());
  }

  @Override
  boolean complete(int result, int flags, boolean last) {
    if (isInterruption(result)) {
      submitAgain();
      return false;
    }
    if (result <= 0) {
      blocks.give(block);
      if (result == -Errno.EAGAIN) {
        continueInGoroutine();
      } else {
        transfer.end(result);
      }
      return true;
    }
    if (!transfer.isWrite()) {
      try {
        MemorySegment.copy(block, 0, transfer.memory(), transfer.done(), result);
      } catch (Throwable e) {
        blocks.give(block);
        transfer.endBecauseOf(e);
        return true;
      }
    }
    transfer.advance(result);
    if (transfer.isUnfinished()) {
      next();
      return false;
    }
    blocks.give(block);
    transfer.end(0);
    return true;
  }

  /** Whoever handles completions has others to handle, so nothing is thrown. */
  private void continueInGoroutine() {
    try {
      transfer.continueInGoroutine();
    } catch (Throwable e) {
      transfer.endBecauseOf(e);
    }
  }
}
