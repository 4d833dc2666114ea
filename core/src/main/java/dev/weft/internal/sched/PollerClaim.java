package dev.weft.internal.sched;

import dev.weft.internal.sched.netpoll.ProcessorPoller;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The state of a poller: which thread may use it, and how the machine that waits in it is claimed
 * for other work.
 *
 * <pre>
 *   FREE      no thread uses it
 *   POLLED a thread polls it without waiting
 *   HELD(m)   machine m uses it. A shared poller: m has returned from waiting and handles the events.
 *             A processor's own: m has the processor, or had it, or has returned from waiting
 *   WAITS(m)  the idle machine m waits in it
 *
 *   FREE               --tryPoll-->       POLLED     POLLED   --endPoll-->  FREE
 *   FREE, HELD(m)      --tryWait by m-->  WAITS(m)
 *   WAITS(m)           --reclaim by m-->  HELD(m)    m has returned by itself
 *   WAITS(m)           --claim-->         HELD(m)    the claimer grants m a processor and wakes the poller
 *   HELD(m)            --leave by m-->    FREE       m turns to another poller, or parks
 *
 *   Only a processor's own poller:
 *   POLLED             --tryWait by m-->  WAITS(m)
 *   any state          --adopt for m-->   HELD(m)    m gets the processor; a machine that waited is dismissed
 *   HELD(m)            --vacate-->        FREE       the processor becomes idle, and m is busy without it
 * </pre>
 *
 * <p>Every transition is one atomic operation on one word, so a machine that waits gets exactly one
 * of three answers: it reclaims itself; it is granted a processor; or it is dismissed, because
 * another machine got the processor whose events it waited for. A machine whose {@link #reclaim}
 * fails waits for the answer before it does anything else.
 *
 * <p>A processor's own poller stays HELD while its machine releases the processor, waits, and takes
 * the processor back: the backend is notified only of changes between HELD or WAITS and the other
 * two states. A poller that is FREE has no thread of its own; its events wake the machine that
 * watches ({@link PollerSet}). {@code adopt} and {@code vacate} are for the thread that holds the
 * ownerless processor.
 *
 * <p>{@code endPoll} may end the POLLED state of another thread, if {@code adopt} or {@code
 * tryWait} ended its own and it was POLLED again since. That concerns only a processor's own
 * poller, whose {@code reap} may run on several threads.
 */
final class PollerClaim {
  private static final Object POLLED = new Object();

  /**
   * WAITS(machine), allocated once, so that a wait needs no memory; HELD(machine) is the machine.
   */
  static final class Waits {
    final Machine machine;

    Waits(Machine machine) {
      this.machine = machine;
    }
  }

  final ProcessorPoller poller;
  private final boolean shared;
  private final AtomicReference<@Nullable Object> state = new AtomicReference<>();
  private final BooleanSupplier held = this::isHeldOrWaitedIn;

  PollerClaim(ProcessorPoller poller) {
    this.poller = poller;
    shared = poller.isShared();
  }

  boolean isShared() {
    return shared;
  }

  // Polling

  boolean tryPoll() {
    return state.get() == null && state.compareAndSet(null, POLLED);
  }

  void endPoll() {
    state.compareAndSet(POLLED, null);
  }

  boolean isPolled() {
    return state.get() == POLLED;
  }

  // Waiting

  /**
   * Begins a wait of {@code machine}. Returns false if another machine waits already, or holds a
   * processor's own poller. Retries while a thread polls a shared poller without waiting: otherwise
   * an idle machine would park, and no thread would see events.
   */
  boolean tryWait(Machine machine) {
    for (int spins = 0; ; spins++) {
      Object now = state.get();
      if (now == null || now == machine || (now == POLLED && !shared)) {
        if (state.compareAndSet(now, machine.waits)) {
          if (now != machine) {
            notifyPoller();
          }
          return true;
        }
      } else if (!shared || now instanceof Waits) {
        return false;
      } else if ((spins & 127) == 127) {
        Thread.yield();
      } else {
        Thread.onSpinWait();
      }
    }
  }

  /**
   * Called when the machine has returned from its wait. Returns false if another thread has claimed
   * it and will answer.
   */
  boolean reclaim(Machine machine) {
    return state.compareAndSet(machine.waits, machine);
  }

  /**
   * Claims the waiting machine, if there is one. The caller must grant it a processor and then wake
   * the poller.
   */
  @Nullable Machine claim() {
    return state.get() instanceof Waits waits && state.compareAndSet(waits, waits.machine)
        ? waits.machine
        : null;
  }

  /** Reports whether a machine waits and can be claimed. */
  boolean isWaitedIn() {
    return state.get() instanceof Waits;
  }

  // Holding

  boolean isHeldBy(Machine machine) {
    return state.get() == machine;
  }

  void leave(Machine machine) {
    if (state.compareAndSet(machine, null)) {
      notifyPoller();
    }
  }

  void adopt(Machine machine) {
    if (shared || state.get() == machine) {
      return;
    }
    Object before = state.getAndSet(machine);
    if (before instanceof Waits waits) {
      waits.machine.dismiss();
      poller.wakeup();
    } else if (!(before instanceof Machine)) {
      notifyPoller();
    }
  }

  void vacate() {
    if (!shared && state.get() instanceof Machine machine) {
      leave(machine);
    }
  }

  /**
   * Submits and reaps for a machine that has been inside one goroutine for some time. Does nothing
   * for a shared poller, which every machine polls.
   */
  void pollOnBehalf() {
    if (!shared) {
      poller.submit();
      poller.reap(Integer.MAX_VALUE);
    }
  }

  private boolean isHeldOrWaitedIn() {
    Object now = state.get();
    return now != null && now != POLLED;
  }

  private void notifyPoller() {
    if (!shared) {
      poller.holdChanged(held);
    }
  }
}
