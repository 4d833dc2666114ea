package dev.weft.internal.poll.uring;

import dev.weft.internal.sync.SpinLock;

/**
 * Who looks after a lane's completions, and so whether the kernel has to ring the {@link Bell} for
 * them.
 *
 * <pre>
 *   occupied     a machine has the processor, and exchanges between goroutines
 *   waited at    a thread waits in the ring
 *   held         a machine has just given the processor up, or stopped waiting, and says in a moment what it does next
 *   unattended   none of these: the kernel rings the bell
 *
 *   occupy       occupied, held no more             vacate       held, occupied no more
 *   beginWaiting waited at, held no more            endWaiting   held, unless occupied or others wait
 *   leave        held no more; harmless where nothing was held
 * </pre>
 *
 * <p>A lane that is alone always has somebody: its only processor's machine, or whoever waits in
 * the poller.
 */
final class Attention extends SpinLock {
  private final Lane lane;
  private final Bell bell;
  private final boolean alone;

  private volatile boolean occupied;
  private int waiting;
  private volatile boolean waitedAt;
  private boolean held;
  private volatile boolean unattended = true;

  Attention(Lane lane, Bell bell, boolean alone) {
    this.lane = lane;
    this.bell = bell;
    this.alone = alone;
  }

  /** Whether nobody looks after the lane but who hears the bell. */
  boolean isUnattended() {
    return unattended && !alone;
  }

  boolean isWaitedAt() {
    return waitedAt;
  }

  /** Whether a machine has the processor or a thread waits here, by an answer of this moment. */
  boolean isGiven() {
    return occupied || waitedAt;
  }

  void occupy() {
    if (!alone) {
      lock();
      occupied = true;
      held = false;
      unlockAndTell();
    }
  }

  void vacate() {
    if (!alone) {
      lock();
      occupied = false;
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
      held = !waitedAt && !occupied;
      unlockAndTell();
    }
  }

  /** Tells the kernel whether to ring; a poll of the bell in this ring would cause the next. */
  private void unlockAndTell() {
    boolean now = !occupied && !held && !waitedAt;
    boolean changed = now != unattended;
    unattended = now;
    Operation deaf = null;
    if (changed) {
      deaf = now ? bell.disown(lane) : null;
      lane.ring.completions.setNotifying(now);
    }
    unlock();
    if (deaf != null) {
      lane.cancel(deaf);
    }
    if (changed && now && lane.completions() > 0) {
      bell.ring(); // They came before the kernel knew that it has to.
    }
  }
}
