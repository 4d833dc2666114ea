package dev.weft.internal.poll.uring;

/**
 * A request of which the kernel still owes a completion. It is in its lane's {@link Operations}
 * from the moment it is queued until its last completion has been handled, and has that long one
 * token.
 */
abstract class Operation {
  /** Where it was queued; meaningful while the operation is under way. */
  Lane lane;

  /** What the kernel knows it by; guarded by the lane's lock. */
  long token;

  Operation(Lane lane) {
    this.lane = lane;
  }

  /**
   * Whether it is bound to that thread: submitted by it, it completes when that thread gets to run
   * in the kernel.
   */
  boolean isBoundTo(Thread thread) {
    return false;
  }

  /**
   * Queues the same request anew and cancels this one, so that another thread will submit it. What
   * this one completes until then still counts.
   */
  void renew() {}

  /**
   * One completion. Called by one thread at a time for all operations of a lane, in the order in
   * which the kernel completed them; must not block.
   *
   * @param result the kernel's answer: a count, or a negated error number
   * @param flags the completion's flags
   * @param last whether no other will follow; the operation has no token any more
   * @return whether this may have made somebody runnable
   */
  abstract boolean complete(int result, int flags, boolean last);
}
