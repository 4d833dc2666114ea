package dev.weft.internal.poll.uring;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends the bytes of write-behind before the process exits: the kernel's send buffers outlive the
 * process, the bytes in an {@link Outbox} do not.
 *
 * <p>It waits for at most two seconds. A connection that still has bytes then is reset when the
 * process exits, so that its peer does not read an orderly end of a truncated stream.
 */
final class ExitFlush {
  private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  private final ProcessorRing[] rings;
  private final Runnable submitAndReapAll;
  private volatile boolean begun;

  /**
   * @param submitAndReapAll submits the queued requests of all rings and handles their completions
   */
  ExitFlush(ProcessorRing[] rings, Runnable submitAndReapAll) {
    this.rings = rings;
    this.submitAndReapAll = submitAndReapAll;
  }

  /**
   * Reports whether the flush has begun. From then on writes go straight to the kernel, so that
   * connections that are still being written to do not prolong it.
   */
  boolean hasBegun() {
    return begun;
  }

  void run() {
    begun = true;
    long end = System.nanoTime() + MAX_NANOS;
    submitAndReapAll.run(); // A datagram is sent as soon as it is submitted.
    while (hasUnsent() && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(PAUSE_NANOS);
      submitAndReapAll.run();
    }
    resetUnsent();
  }

  private boolean hasUnsent() {
    for (ProcessorRing ring : rings) {
      ring.lock();
      int blocks = ring.blocks.taken();
      ring.unlock();
      if (blocks > 0) {
        return true;
      }
    }
    return false;
  }

  private void resetUnsent() {
    for (ProcessorRing ring : rings) {
      for (Operation operation : ring.operations.snapshot()) {
        if (operation instanceof Outbox.Sending sending) {
          sending.resetAtExit();
        }
      }
    }
  }
}
