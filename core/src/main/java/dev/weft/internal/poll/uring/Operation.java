package dev.weft.internal.poll.uring;

import dev.weft.internal.sys.SubmissionQueue;

/**
 * A request of which the kernel still owes a completion. It is in its ring's {@link Operations}
 * from the moment it is queued until its last completion has been handled, and has that long one
 * token.
 */
abstract class Operation {
  private static final int MAX_ENTRIES = 2;

  /** Where it was queued; meaningful while the operation is under way. */
  ProcessorRing ring;

  /** What the kernel knows it by; guarded by the ring's lock. */
  long token;

  Operation(ProcessorRing ring) {
    this.ring = ring;
  }

  /**
   * Queues the request in its ring; {@link ProcessorRing#queued} then sees to it that it is
   * submitted.
   */
  final void enqueue() {
    ProcessorRing mine = ring;
    mine.lockWithRoomFor(MAX_ENTRIES);
    try {
      mine.operations.add(this);
      write(mine.uring.submissions);
    } finally {
      mine.unlock();
    }
  }

  /**
   * Writes the request, with {@link #token}, and whatever has to come right behind it, {@link
   * #MAX_ENTRIES} in all; under the ring's lock.
   */
  abstract void write(SubmissionQueue queue);

  /**
   * One completion. Called by one thread at a time for all operations of a ring, in the order in
   * which the kernel completed them; must not block.
   *
   * @param result the kernel's answer: a count, or a negated error number
   * @param flags the completion's flags
   * @param last whether no other will follow; the operation has no token any more
   * @return whether this may have made somebody runnable
   */
  abstract boolean complete(int result, int flags, boolean last);
}
