package dev.weft.internal.poll.uring;

import dev.weft.internal.poll.uring.SendBlocks.Block;
import dev.weft.internal.sync.SpinLock;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that wait to be sent, in blocks of native memory; {@link Outbox} sends them. The last block
 * is filled up before another one is taken.
 *
 * <p>The lock guards all fields, and the methods are called with it; they take the lock of a ring
 * inside.
 */
abstract class SendQueue extends SpinLock {
  /** Bytes queued for one connection before its writers wait. */
  private static final int MAX_BYTES = 64 * 1024;

  // Linked by Block.next: most connections never have more than the block in flight, so they need
  // no
  // list object.
  private @Nullable Block first;
  private @Nullable Block last;

  /** The bytes here and those of the block in flight that are not sent yet. */
  private int bytes;

  /** Reports whether no more bytes are accepted until some are sent. */
  final boolean isFull() {
    return bytes >= MAX_BYTES;
  }

  /** Copies as many bytes as there are blocks for; returns their number. */
  final int gather(ProcessorRing ring, MemorySegment memory, long offset, int length) {
    int done = 0;
    while (done < length && !isFull()) {
      Block block = last;
      if (block == null || block.length == block.capacity) {
        ring.lock();
        block = ring.blocks.take(length - done);
        ring.unlock();
        if (block == null) {
          break;
        }
      }
      int n = Math.min(length - done, block.capacity - block.length);
      copy(memory, offset + done, block, n);
      if (block != last) {
        append(block);
      }
      bytes += n;
      done += n;
    }
    return done;
  }

  private void copy(MemorySegment memory, long offset, Block block, int length) {
    try {
      MemorySegment.copy(memory, offset, block.memory, block.offset + block.length, length);
      block.length += length;
    } finally {
      if (block.length == 0) {
        give(block); // The memory is closed, or confined to another thread.
      }
    }
  }

  private void append(Block block) {
    if (last == null) {
      first = block;
    } else {
      last.next = block;
    }
    last = block;
  }

  /** Takes the block to send next; {@code null} when there is none. */
  final @Nullable Block takeFirst() {
    Block block = first;
    if (block != null) {
      first = block.next;
      block.next = null;
      if (first == null) {
        last = null;
      }
    }
    return block;
  }

  /** Records that so many bytes of the block in flight were sent. */
  final void countSent(Block block, int count) {
    block.sent += count;
    bytes -= count;
  }

  /** Gives a block back to its ring. */
  static void give(Block block) {
    ProcessorRing owner = block.ring;
    owner.lock();
    owner.blocks.give(block);
    owner.unlock();
  }

  /** Drops all bytes; those of a block in flight count no longer. */
  final void drop() {
    for (Block block; (block = takeFirst()) != null; ) {
      give(block);
    }
    bytes = 0;
  }
}
