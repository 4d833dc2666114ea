package dev.weft.internal.sched;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the poller: at most one thread at a time.
 *
 * <pre>
 *   FREE     nobody
 *   BRIEF    somebody asks it without waiting, or hands out what it reported; soon over
 *   machine  that idle machine waits in it. Whoever swaps the word to BRIEF claims the machine:
 *            itself, when it comes back with events; or a thread that has a processor to give it
 * </pre>
 *
 * <p>While a machine waits there nobody else needs to ask: it comes back with the events itself.
 */
final class PollToken {
  /** {@link #until} while nobody waits: no timer is earlier. */
  private static final long NOT_WAITING = Long.MIN_VALUE;

  private static final Object BRIEF = new Object();

  private final AtomicReference<@Nullable Object> holder = new AtomicReference<>();

  /**
   * When the waiting machine will come back by itself; see {@link TimerHeap} for the protocol with
   * armed timers.
   */
  private volatile long until = NOT_WAITING;

  private volatile long lastPoll = System.nanoTime();

  /** When the poller was last asked. */
  long lastPoll() {
    return lastPoll;
  }

  boolean tryBrief() {
    return holder.get() == null && holder.compareAndSet(null, BRIEF);
  }

  /** Ends a brief stay, in which the poller was asked. */
  void release(long now) {
    lastPoll = now;
    holder.set(null);
  }

  boolean isFree() {
    return holder.get() == null;
  }

  /** The machine that waits, if there is one; a moment's answer. */
  @Nullable Machine waiter() {
    return holder.get() instanceof Machine machine ? machine : null;
  }

  /** True while a machine waits, which could be claimed. */
  boolean isWaitedAt() {
    return waiter() != null;
  }

  /** Becomes the machine that waits, if nobody is here. */
  boolean tryWaitAs(Machine machine) {
    if (holder.get() != null || !holder.compareAndSet(null, machine)) {
      return false;
    }
    until = TimerHeap.NEVER;
    return true;
  }

  /**
   * Becomes the machine that waits; false when another one does. Outlasts a brief holder, because
   * otherwise an idle machine would go to sleep with nobody left to notice events.
   */
  boolean waitAs(Machine machine) {
    for (int spins = 0; !tryWaitAs(machine); spins++) {
      if (isWaitedAt()) {
        return false;
      }
      if ((spins & 127) == 127) {
        Thread.yield();
      } else {
        Thread.onSpinWait();
      }
    }
    return true;
  }

  void waitUntil(long when) {
    until = when;
  }

  boolean waitsBeyond(long when) {
    return when < until;
  }

  /**
   * The waiting machine came back. False when somebody has claimed it, and is about to grant it a
   * processor.
   */
  boolean reclaim(Machine machine) {
    until = NOT_WAITING;
    return holder.compareAndSet(machine, BRIEF);
  }

  /**
   * Claims the waiting machine, if there is one; the claimer must grant it a processor and then
   * wake the poller.
   */
  @Nullable Machine claimWaiter() {
    Machine machine = waiter();
    return machine != null && holder.compareAndSet(machine, BRIEF) ? machine : null;
  }
}
