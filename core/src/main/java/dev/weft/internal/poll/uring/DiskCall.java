package dev.weft.internal.poll.uring;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;

/**
 * A request about a file, and the thread that waits for it.
 *
 * <p>One word says how it stands:
 *
 * <pre>
 *   UNDER_WAY     the kernel may be using the memory; the thread parks, whatever wakes it
 *   anything else the kernel's answer: it is done with the memory, the thread goes on
 *
 *   UNDER_WAY --a completion that answers--> the answer; the thread is unparked
 *   UNDER_WAY --a completion that only says that nothing has happened--> UNDER_WAY, submitted again
 * </pre>
 *
 * <p>An interrupt is put aside until then, as the thread could not park otherwise.
 */
final class DiskCall extends DiskRequest {
  private static final int UNDER_WAY = Integer.MIN_VALUE;

  private final Thread waiter = Thread.currentThread();
  private volatile int state = UNDER_WAY;

  DiskCall(ProcessorRing ring, Kind kind, int fd, MemorySegment memory) {
    super(ring, kind, fd, memory);
  }

  /** Makes the call; a count, or a negated error number. By the thread that made the object. */
  int perform(long offset, int length, long position) {
    submit(offset, length, position);
    boolean interrupted = false;
    while (state == UNDER_WAY) {
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
    if (isInterruption(result)) {
      submitAgain();
      return false;
    }
    state = result;
    LockSupport.unpark(waiter);
    return true;
  }
}
