package dev.weft.internal.poll.uring;

import dev.weft.internal.sync.SpinLock;

/**
 * Who looks after a ring's completions, and so whether the kernel has to ring the {@link Waker} for
 * them.
 *
 * <pre>
 *   occupied     a machine has the processor, and exchanges between goroutines
 *   waited at    a thread waits in the ring
 *   held         a machine has just given the processor up, or stopped waiting, and says in a moment what it does next
 *   unattended   none of these: the kernel rings the waker
 *
 *   occupy       occupied, held no more             vacate       held, occupied no more
 *   beginWaiting waited at, held no more            endWaiting   held, unless occupied or others wait
 *   leave        held no more; harmless where nothing was held
 * </pre>
 *
 * <p>A ring that is alone always has somebody: its only processor's machine, or whoever waits in
 * the poller.
 */
final class RingOwnership extends SpinLock {
  private final ProcessorRing ring;
  private final Waker waker;
  private final boolean alone;

  private volatile boolean owned;
  private int waiting;
  private volatile boolean waitedAt;
  private boolean held;
  private volatile boolean unattended = true;

  RingOwnership(ProcessorRing ring, Waker waker, boolean alone) {
    this.ring = ring;
    this.waker = waker;
    this.alone = alone;
  }

  /** Whether nobody looks after the ring but who hears the waker. */
  boolean isUnattended() {
    return unattended && !alone;
  }

  boolean isWaitedAt() {
    return waitedAt;
  }

  /** Whether a machine has the processor or a thread waits here, by an answer of this moment. */
  boolean isGiven() {
    return owned || waitedAt;
  }

  void acquire() {
    if (!alone) {
      lock();
      owned = true;
      held = false;
      unlockAndTell();
    }
  }

  void release() {
    if (!alone) {
      lock();
      owned = false;
      held = true;
      unlockAndTell();
    }
  }

  void leave() {
    if (!alone) {
      lock();
      held = false;
      unlockAndTell();
    }
  }

  void beginWaiting() {
    if (!alone) {
      lock();
      addWaiterAndUnlock();
    }
  }

  /** False when somebody waits already. */
  boolean tryBeginWaiting() {
    lock();
    if (waiting > 0) {
      unlock();
      return false;
    }
    addWaiterAndUnlock();
    return true;
  }

  private void addWaiterAndUnlock() {
    waiting++;
    waitedAt = true;
    held = false;
    unlockAndTell();
  }

  void endWaiting() {
    if (!alone) {
      lock();
      waiting--;
      waitedAt = waiting > 0;
      held = !waitedAt && !owned;
      unlockAndTell();
    }
  }

  /** Tells the kernel whether to ring; a poll of the waker in this ring would cause the next. */
  private void unlockAndTell() {
    boolean now = !owned && !held && !waitedAt;
    boolean changed = now != unattended;
    unattended = now;
    Operation deaf = null;
    if (changed) {
      deaf = now ? waker.disown(ring) : null;
      ring.uring.completions.setNotifying(now);
    }
    unlock();
    if (deaf != null) {
      ring.cancel(deaf);
    }
    if (changed && now && ring.completions() > 0) {
      waker.signal(); // They came before the kernel knew that it has to.
    }
  }
}
