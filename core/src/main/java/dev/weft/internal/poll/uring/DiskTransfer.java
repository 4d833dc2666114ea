package dev.weft.internal.poll.uring;

import dev.weft.internal.poll.file.Transfer;
import dev.weft.internal.sys.Errno;
import java.lang.foreign.MemorySegment;

/**
 * An asynchronous file transfer through the ring, piece by piece through one block. The caller's
 * memory is accessed only between completions, where an access to freed memory is detected.
 *
 * <pre>
 *   next       for a write, fills the block; submits the piece, the kernel owns the block
 *   complete   for a read, empties the block; then next, or the end: the block is returned
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

  /**
   * Submits the next piece, of which there is one, or ends the transfer.
   *
   * @return whether the piece is queued
   */
  boolean next() {
    int length = (int) Math.min(transfer.left(), block.byteSize());
    try {
      if (transfer.isWrite()) {
        MemorySegment.copy(transfer.memory(), transfer.done(), block, 0, length);
      }
      queue(0, length, transfer.position());
    } catch (Throwable e) {
      blocks.give(block);
      transfer.endBecauseOf(e);
      return false;
    }
    ring.queued();
    return true;
  }

  @Override
  boolean complete(int result, int flags, boolean last) {
    if (isInterruption(result)) {
      if (submitAgain()) {
        return false;
      }
      blocks.give(block);
      continueInGoroutine();
      return true;
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
      return !next();
    }
    blocks.give(block);
    transfer.end(0);
    return true;
  }

  /** Does not throw: the caller has other completions to handle. */
  private void continueInGoroutine() {
    try {
      transfer.continueInGoroutine();
    } catch (Throwable e) {
      transfer.endBecauseOf(e);
    }
  }
}
