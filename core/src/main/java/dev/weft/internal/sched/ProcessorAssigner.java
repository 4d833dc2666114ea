package dev.weft.internal.sched;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Decides which machine gets a processor: an idle one, when work appears, and one that its machine
 * has lost or given up.
 *
 * <p><b>No task is lost.</b> A thread that queues a task does so with a compare-and-set and then
 * looks for idle processors and searching machines ({@link #wake}); a machine that goes idle
 * publishes that, stops counting as searching, and only then looks at all queues once more.
 * Whichever comes second sees the other. The queueing thread wakes no machine while enough of them
 * are searching, since the last one to stop searching looks again.
 *
 * <p>At the limit of machines there may be a processor and no machine that could be claimed: one
 * that returns from a poller finds that processor taken by the thread that wants to wake it, parks,
 * and does not look again. Sysmon therefore ends its rest whenever no machine was available, and
 * does not rest while tasks are queued.
 */
final class ProcessorAssigner {
  /**
   * How many machines may search when one is woken for the global queue.
   *
   * <p>The kernel may place a woken thread behind another one on the same CPU, and leave it there
   * for half a millisecond although other CPUs are idle. Until then the machine counts as
   * searching, and a single one would keep all tasks of the global queue waiting. A second one is
   * usually placed elsewhere.
   */
  private static final int SEARCHERS_OF_GLOBAL_QUEUE = 2;

  private final GmpScheduler scheduler;
  private final IdleProcessors idleProcessors;
  private final AtomicInteger searchers;

  ProcessorAssigner(GmpScheduler scheduler) {
    this.scheduler = scheduler;
    idleProcessors = scheduler.idleProcessors;
    searchers = scheduler.searchers;
  }

  // Waking

  /** Reports whether a processor is idle and no machine searches. */
  boolean canWake() {
    return searchers.get() == 0 && idleProcessors.any();
  }

  /**
   * Makes a machine search if a processor is idle and no machine searches already.
   *
   * @param origin the processor whose task is the reason; its {@link WakeThrottle} learns whether
   *     the search found work
   * @return whether a further machine will search
   */
  boolean wake(@Nullable Processor origin) {
    return wake(origin, 1);
  }

  /**
   * Makes a machine search for a task that the caller has put into the global queue and does not
   * run itself, if a processor is idle and at most one machine searches already.
   */
  void wakeForGlobalQueue() {
    wake(null, SEARCHERS_OF_GLOBAL_QUEUE);
  }

  private boolean wake(@Nullable Processor origin, int maxSearchers) {
    while (idleProcessors.any() && beginSearch(maxSearchers)) {
      Processor processor = idleProcessors.take();
      if (processor != null) {
        boolean assigned = false;
        try {
          assigned = assign(processor, true, origin);
        } finally {
          if (!assigned && processor.owner() == null) {
            idleProcessors.put(processor);
            searchers.decrementAndGet();
            scheduler.sysmon.endRest();
          }
        }
        return assigned;
      }
      searchers.decrementAndGet();
      if (!scheduler.hasQueuedWork()) {
        return false;
      }
      // A thread may have queued a task meanwhile and relied on the search; if a processor went
      // idle before that, look again.
    }
    return false;
  }

  /** Counts one more searching machine, unless there are {@code max}. */
  private boolean beginSearch(int max) {
    for (int now; (now = searchers.get()) < max; ) {
      if (searchers.compareAndSet(now, now + 1)) {
        return true;
      }
    }
    return false;
  }

  // Handing off

  /** Gives a processor that its owner no longer holds to another machine, or makes it idle. */
  void handOff(Processor processor) {
    if ((processor.hasWork() || !scheduler.global.isEmpty() || scheduler.pollers.isUnattended())
        && assign(processor, false, null)) {
      return;
    }
    leaveIdle(processor);
    if (!scheduler.global.isEmpty()) {
      wake(null);
    }
  }

  /** Empties the queues of a processor that becomes idle, because they are not searched. */
  void leaveIdle(Processor processor) {
    processor.drainTo(scheduler.global);
    processor.claim.vacate();
    putIdle(processor);
  }

  /**
   * Makes the processor idle; the caller holds it, and no machine has it. Queued requests are
   * submitted first, because later requests are submitted by the threads that queue them.
   */
  void putIdle(Processor processor) {
    try {
      processor.claim.poller.submit();
    } finally {
      idleProcessors.put(processor);
    }
  }

  /** Reports whether a machine could take over a processor. */
  boolean hasMachineToSpare() {
    return scheduler.starter.isBelowLimit()
        || scheduler.idleMachines.any()
        || scheduler.pollers.anyWaitedIn() != null;
  }

  // Choosing a machine

  /**
   * Gives {@code processor}, which the caller holds, to a machine; returns false if the limit of
   * machines is reached.
   *
   * <p>It prefers the machine that waits in the processor's own poller, then a parked machine,
   * because neither leaves events unattended. Starting a thread costs more than taking the machine
   * from the shared poller, which other machines poll as well. A machine that waits in another
   * processor's poller is taken last, because that processor's events would have no machine.
   */
  private boolean assign(Processor processor, boolean searching, @Nullable Processor origin) {
    boolean assigned = tryAssign(processor, searching, origin);
    if (assigned) {
      scheduler.noticeFailures();
    }
    return assigned;
  }

  private boolean tryAssign(Processor processor, boolean searching, @Nullable Processor origin) {
    PollerClaim own = processor.claim;
    if (!own.isShared() && grantToWaiter(own, processor, searching, origin)) {
      return true;
    }
    Machine parked = scheduler.idleMachines.pop();
    if (parked != null) {
      parked.grant(processor, searching, origin);
      return true;
    }
    if (own.isShared()) {
      return grantToWaiter(own, processor, searching, origin)
          || scheduler.starter.request(processor, searching, origin);
    }
    if (scheduler.starter.request(processor, searching, origin)) {
      return true;
    }
    for (PollerClaim other; (other = scheduler.pollers.anyWaitedIn()) != null; ) {
      if (grantToWaiter(other, processor, searching, origin)) {
        return true;
      }
    }
    return false;
  }

  private static boolean grantToWaiter(
      PollerClaim claim, Processor processor, boolean searching, @Nullable Processor origin) {
    Machine machine = claim.claim();
    if (machine == null) {
      return false;
    }
    machine.grant(processor, searching, origin);
    claim.poller.wakeup();
    return true;
  }
}
