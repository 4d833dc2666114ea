package dev.weft.internal.poll.uring;

import dev.weft.internal.sys.Errno;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;

/**
 * A file request and the thread that waits for it.
 *
 * <pre>
 *   IN_FLIGHT     the kernel may be using the memory; the thread parks again whatever unparks it
 *   other values  the result: the kernel has released the memory, the thread continues
 *
 *   IN_FLIGHT --completed--> result; the thread is unparked
 *   IN_FLIGHT --cancelled by the kernel--> IN_FLIGHT, submitted again
 *   IN_FLIGHT --cancelled, and no memory to submit it again--> EAGAIN: the caller makes the system call itself
 * </pre>
 *
 * <p>An interrupt is cleared while the thread waits, since it could not park otherwise, and
 * restored afterwards.
 */
final class DiskCall extends DiskRequest {
  private static final int IN_FLIGHT = Integer.MIN_VALUE;

  private final Thread waiter = Thread.currentThread();
  private volatile int state = IN_FLIGHT;

  DiskCall(ProcessorRing ring, Kind kind, int fd, MemorySegment memory) {
    super(ring, kind, fd, memory);
  }

  /**
   * Performs the request and waits for its result: a count, or a negated error number. To be called
   * by the thread that created the object.
   */
  int perform(long offset, int length, long position) {
    queue(offset, length, position);
    ring.queued();
    boolean interrupted = false;
    while (state == IN_FLIGHT) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      waiter.interrupt();
    }
    return state;
  }

  @Override
  boolean complete(int result, int flags, boolean last) {
    boolean interruption = isInterruption(result);
    if (interruption && submitAgain()) {
      return false;
    }
    state = interruption ? -Errno.EAGAIN : result;
    LockSupport.unpark(waiter);
    return true;
  }
}
