package dev.weft.internal.poll.uring;

import dev.weft.internal.sys.SubmissionQueue;

/**
 * A request that may be in flight. From the moment it is queued until its last completion is
 * handled it is in its ring's {@link Operations}, under one token.
 */
abstract class Operation {
  private static final int MAX_ENTRIES = 2;

  /** The ring in which it was queued; meaningful while it is in flight. */
  ProcessorRing ring;

  /** Identifies it to the kernel; guarded by the ring's lock. */
  long token;

  Operation(ProcessorRing ring) {
    this.ring = ring;
  }

  /**
   * Queues the request in its ring. The caller then calls {@link ProcessorRing#queued}, which
   * ensures that it is submitted. If this throws, for lack of memory, nothing is queued.
   */
  final void enqueue() {
    ProcessorRing mine = ring;
    mine.lockWithRoomFor(MAX_ENTRIES);
    try {
      mine.operations.add(this);
      try {
        write(mine.uring.submissions);
      } catch (Throwable e) {
        mine.operations.takeBack(this);
        throw e;
      }
    } finally {
      mine.unlock();
    }
  }

  /**
   * Writes the request with {@link #token}, and requests that have to follow it directly, at most
   * {@link #MAX_ENTRIES} in all. Called under the ring's lock.
   */
  abstract void write(SubmissionQueue queue);

  /**
   * Handles a completion. Called by one thread at a time for all operations of a ring, in the order
   * in which the kernel completed them; must not block.
   *
   * @param result the kernel's result: a count, or a negated error number
   * @param flags the completion's flags
   * @param last whether this is the last completion; the operation then has no token
   * @return whether this may have made a goroutine runnable
   */
  abstract boolean complete(int result, int flags, boolean last);
}
