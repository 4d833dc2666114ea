package dev.weft.internal.poll.uring;

import dev.weft.internal.sys.Errno;
import java.lang.foreign.MemorySegment;

/**
 * A request about a file, submitted again until the kernel has carried it out. The memory must stay
 * what it is until then; as a request refers to it, and the lane to the request, the garbage
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

  /**
   * @param memory native
   */
  DiskRequest(Lane lane, Kind kind, int fd, MemorySegment memory) {
    super(lane);
    this.kind = kind;
    this.fd = fd;
    this.memory = memory;
  }

  /** Queues it; the part of the memory and the position in the file count for transfers only. */
  final void submit(long offset, int length, long position) {
    lane.lockWithRoomFor(1);
    lane.operations.add(this);
    switch (kind) {
      case READ -> lane.ring.submissions.read(fd, memory, offset, length, position, token);
      case WRITE -> lane.ring.submissions.write(fd, memory, offset, length, position, token);
      case SYNC_ALL -> lane.ring.submissions.sync(fd, false, token);
      case SYNC_DATA -> lane.ring.submissions.sync(fd, true, token);
    }
    lane.unlock();
    lane.queued();
  }

  /**
   * Whether nothing has happened, and not because of the file: when the thread that submitted ends,
   * the kernel cancels what it has under way.
   */
  static boolean isInterruption(int result) {
    return result == -Errno.ECANCELED || result == -Errno.EINTR;
  }
}
