package dev.weft.internal.poll.uring;

import dev.weft.internal.poll.KernelPipe;
import dev.weft.internal.poll.file.BlockingFileOps;
import dev.weft.internal.poll.file.Transfer;
import dev.weft.internal.poll.uring.DiskRequest.Kind;
import dev.weft.internal.sys.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Reads, writes and syncs files through the ring: the goroutine parks, and no thread blocks. All
 * other calls keep the handoff: they are rare or long, and the kernel would do them in worker
 * threads anyway.
 */
final class UringFileOps implements BlockingFileOps {
  /** Stands for every thread other than the caller. */
  private static final Thread ANOTHER = Thread.ofPlatform().unstarted(() -> {});

  private final UringPoller poller;
  private final DiskBlocks blocks;
  private final BlockingFileOps handoff;

  UringFileOps(UringPoller poller, DiskBlocks blocks, BlockingFileOps handoff) {
    this.poller = poller;
    this.blocks = blocks;
    this.handoff = handoff;
  }

  @Override
  public int open(String path, int flags, int mode) {
    int result;
    int retries = 0;
    do {
      result = handoff.open(path, flags, mode);
    } while (result < 0 && poller.mayOpenAgain(-result, retries++));
    return result;
  }

  @Override
  public int read(int fd, MemorySegment memory, long offset, int length, long position) {
    int n;
    if (outlivesCall(memory)) {
      n = perform(Kind.READ, fd, memory, offset, length, position);
    } else {
      MemorySegment block = blocks.take(length);
      int max = (int) Math.min(length, block.byteSize());
      try {
        n = perform(Kind.READ, fd, block, 0, max, position);
        MemorySegment.copy(block, 0, memory, offset, Math.max(n, 0));
      } finally {
        blocks.give(block);
      }
    }
    return n == -Errno.EAGAIN ? handoff.read(fd, memory, offset, length, position) : n;
  }

  @Override
  public int write(int fd, MemorySegment memory, long offset, int length, long position) {
    int n;
    if (outlivesCall(memory)) {
      n = perform(Kind.WRITE, fd, memory, offset, length, position);
    } else {
      MemorySegment block = blocks.take(length);
      int max = (int) Math.min(length, block.byteSize());
      try {
        // Fails when the memory was freed, or maps a file that was truncated.
        MemorySegment.copy(memory, offset, block, 0, max);
        n = perform(Kind.WRITE, fd, block, 0, max, position);
      } finally {
        blocks.give(block);
      }
    }
    return n == -Errno.EAGAIN ? handoff.write(fd, memory, offset, length, position) : n;
  }

  /**
   * Reports whether the kernel may use the memory directly: it is native and cannot be freed during
   * the call. A confined arena can be closed only by its owner, which is the waiting caller.
   */
  private static boolean outlivesCall(MemorySegment memory) {
    return memory.isNative()
        && memory.isAccessibleBy(Thread.currentThread())
        && (!memory.isAccessibleBy(ANOTHER) || memory.scope().equals(Arena.global().scope()));
  }

  /** Copying mapped pages may have to wait for a disk, which a handler of completions must not. */
  @Override
  public void begin(int fd, Transfer transfer) {
    if (transfer.memory().isMapped()) {
      transfer.continueInGoroutine();
    } else {
      new DiskTransfer(poller.ring(), fd, transfer, blocks).next();
    }
  }

  @Override
  public int sync(int fd, boolean metadata) {
    Kind kind = metadata ? Kind.SYNC_ALL : Kind.SYNC_DATA;
    int result = perform(kind, fd, MemorySegment.NULL, 0, 0, 0);
    return result == -Errno.EAGAIN ? handoff.sync(fd, metadata) : result;
  }

  private int perform(
      Kind kind, int fd, MemorySegment memory, long offset, int length, long position) {
    return new DiskCall(poller.ring(), kind, fd, memory).perform(offset, length, position);
  }

  @Override
  public int send(int fd, int socket, long position, int length) {
    return handoff.send(fd, socket, position, length);
  }

  @Override
  public int drain(int fd, KernelPipe pipe, long position) {
    return handoff.drain(fd, pipe, position);
  }

  @Override
  public int truncate(int fd, long size) {
    return handoff.truncate(fd, size);
  }

  @Override
  public int close(int fd) {
    return handoff.close(fd);
  }
}
