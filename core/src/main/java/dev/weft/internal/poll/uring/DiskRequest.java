package dev.weft.internal.poll.uring;

import dev.weft.internal.sync.FailureLog;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.SubmissionQueue;
import java.lang.foreign.MemorySegment;

/**
 * A file request, submitted again until the kernel has carried it out. Until then the ring refers
 * to the request and the request to its memory, so the garbage collector does not free that.
 */
abstract class DiskRequest extends Operation {
  enum Kind {
    READ,
    WRITE,
    SYNC_ALL,
    SYNC_DATA
  }

  static {
    FailureLog.resolve(Throwable.class);
  }

  private static final String SUBMIT_FAILED =
      FailureLog.message("a file request could not be submitted");

  private final Kind kind;
  private final int fd;
  private final MemorySegment memory;
  private long offset;
  private int length;
  private long position;

  /**
   * @param memory native memory
   */
  DiskRequest(ProcessorRing ring, Kind kind, int fd, MemorySegment memory) {
    super(ring);
    this.kind = kind;
    this.fd = fd;
    this.memory = memory;
  }

  /**
   * Queues the request. Only transfers use the part of the memory and the position in the file. If
   * this throws, the request is not queued; otherwise the caller must call {@link
   * ProcessorRing#queued} and wait for the completion.
   */
  final void queue(long from, int count, long at) {
    offset = from;
    length = count;
    position = at;
    enqueue();
  }

  /** Queues and submits the request again; returns false if that failed. */
  final boolean submitAgain() {
    try {
      enqueue();
    } catch (Throwable e) {
      FailureLog.write(SUBMIT_FAILED, e);
      return false;
    }
    ring.queued();
    return true;
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
   * Reports whether the kernel cancelled the request for a reason apart from the file: when a
   * thread ends, the kernel cancels the requests that it has submitted.
   */
  static boolean isInterruption(int result) {
    return result == -Errno.ECANCELED || result == -Errno.EINTR;
  }
}
