package dev.weft.internal.poll.uring;

import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.SubmissionQueue;
import java.lang.foreign.MemorySegment;

/**
 * A request about a file, submitted again until the kernel has carried it out. The memory must stay
 * what it is until then; as a request refers to it, and the ring to the request, the garbage
 * collector leaves it alone.
 */
abstract class DiskRequest extends Operation {
  enum Kind {
    READ,
    WRITE,
    SYNC_ALL,
    SYNC_DATA
  }

  private final Kind kind;
  private final int fd;
  private final MemorySegment memory;
  private long offset;
  private int length;
  private long position;

  /**
   * @param memory native
   */
  DiskRequest(ProcessorRing ring, Kind kind, int fd, MemorySegment memory) {
    super(ring);
    this.kind = kind;
    this.fd = fd;
    this.memory = memory;
  }

  /** Queues it; the part of the memory and the position in the file count for transfers only. */
  final void submit(long from, int count, long at) {
    offset = from;
    length = count;
    position = at;
    submitAgain();
  }

  final void submitAgain() {
    enqueue();
    ring.queued();
  }

  @Override
  final void write(SubmissionQueue queue) {
    switch (kind) {
      case READ -> queue.read(fd, memory, offset, length, position, token);
      case WRITE -> queue.write(fd, memory, offset, length, position, token);
      case SYNC_ALL -> queue.sync(fd, false, token);
      case SYNC_DATA -> queue.sync(fd, true, token);
    }
  }

  /**
   * Whether nothing has happened, and not because of the file: when the thread that submitted ends,
   * the kernel cancels what it has under way.
   */
  static boolean isInterruption(int result) {
    return result == -Errno.ECANCELED || result == -Errno.EINTR;
  }
}
