package dev.weft.internal.sched;

import dev.weft.internal.sched.netpoll.Netpoll;
import dev.weft.internal.sched.netpoll.ProcessorPoller;
import dev.weft.internal.timer.TimerHeap;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The pollers of all processors. One of the machines that wait in them <em>watches</em>: it waits
 * at most until the next timer of any processor, and also returns for events of pollers that no
 * machine holds. Where all processors share one poller, the machine that waits in it watches.
 */
final class PollerSet {
  /** Value of {@link #until} while no machine watches: no timer is earlier. */
  private static final long NOT_WATCHING = Long.MIN_VALUE;

  /** As many in a row show that a single goroutine waits and works in turn. */
  private static final int MAX_USELESS_WATCHES = 8;

  private final PollerClaim[] byProcessor;
  private final PollerClaim[] claims;

  /** The poller in which a machine waits and watches, until that machine has handled the events. */
  private final AtomicReference<@Nullable PollerClaim> watched = new AtomicReference<>();

  /**
   * When the watching machine returns by itself; see {@link TimerHeap} for the protocol with armed
   * timers. It is written after {@link #watched} and read before it. A thread that armed a timer
   * may then find another machine watching, which has seen the timer.
   */
  private volatile long until = NOT_WATCHING;

  private volatile long lastPoll = System.nanoTime();

  /** Useless watches in a row; written by the machine that watches. */
  private volatile int uselessWatches;

  PollerSet(Netpoll netpoll, int processors) {
    byProcessor = new PollerClaim[processors];
    Set<PollerClaim> distinct = new LinkedHashSet<>();
    for (int i = 0; i < processors; i++) {
      ProcessorPoller poller = netpoll.poller(i);
      PollerClaim first = byProcessor[0];
      byProcessor[i] = i > 0 && first.poller == poller ? first : new PollerClaim(poller);
      distinct.add(byProcessor[i]);
    }
    claims = distinct.toArray(PollerClaim[]::new);
  }

  PollerClaim of(int processor) {
    return byProcessor[processor];
  }

  /** Reports whether all processors share one poller. */
  boolean isShared() {
    return claims[0].isShared();
  }

  /** Returns when the pollers that no machine holds were last polled. */
  long lastPoll() {
    return lastPoll;
  }

  /**
   * Polls the pollers that no thread uses, without waiting.
   *
   * @return the number of events; -1 if all pollers were in use
   */
  int pollFree(int max) {
    int events = 0;
    boolean polled = false;
    for (PollerClaim claim : claims) {
      if (events < max && claim.tryPoll()) {
        try {
          events += claim.poller.reap(max - events);
        } finally {
          claim.endPoll();
          polled = true;
          lastPoll = System.nanoTime();
        }
      }
    }
    return polled ? events : -1;
  }

  /** Reports whether a poller must repeat a failed call. */
  boolean needRetry() {
    for (PollerClaim claim : claims) {
      if (claim.poller.needsRetry()) {
        return true;
      }
    }
    return false;
  }

  void retry() {
    for (PollerClaim claim : claims) {
      claim.poller.retry();
    }
  }

  /** Returns a poller whose waiting machine can be claimed, if there is any. */
  @Nullable PollerClaim anyWaitedIn() {
    for (PollerClaim claim : claims) {
      if (claim.isWaitedIn()) {
        return claim;
      }
    }
    return null;
  }

  // Watching

  /** Makes the machine that waits in {@code claim} watch, unless another one does. */
  boolean tryWatch(PollerClaim claim) {
    if (watched.get() != null || !watched.compareAndSet(null, claim)) {
      return false;
    }
    until = TimerHeap.NEVER;
    return true;
  }

  void watchUntil(long when) {
    until = when;
  }

  /** Called when the watching machine has returned and sees new timers by itself. */
  void stopWaiting() {
    until = NOT_WATCHING;
  }

  /**
   * Called by the watching machine when it has handled events.
   *
   * @param useful whether it found a runnable goroutine while another processor was busy; otherwise
   *     the machine that works would have noticed the event itself when it went idle
   */
  void noteWatch(boolean useful) {
    int before = uselessWatches;
    int now = useful ? 0 : Math.min(before + 1, MAX_USELESS_WATCHES);
    if (now != before) { // a volatile write costs a fence, and most watches change nothing
      uselessWatches = now;
    }
  }

  /** Reports whether the last watches were of no use. */
  boolean isWatchingUseless() {
    return uselessWatches == MAX_USELESS_WATCHES;
  }

  /** Called when the watching machine has handled the events, so that another may watch. */
  void endWatch() {
    lastPoll = System.nanoTime();
    watched.set(null);
  }

  /** Reports whether a machine waits and watches, and can be claimed. */
  boolean isWatchedByWaiter() {
    PollerClaim claim = watched.get();
    return claim != null && claim.isWaitedIn();
  }

  /** Reports whether a machine watches, or is handling the events that ended its watch. */
  boolean isWatched() {
    return watched.get() != null;
  }

  /** Reports whether no machine watches and no thread polls. */
  boolean isUnattended() {
    if (isWatched()) {
      return false;
    }
    for (PollerClaim claim : claims) {
      if (claim.isPolled()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Called when a timer was armed for {@code when}: ends the watching machine's wait if that would
   * end later.
   */
  void earlierTimer(long when) {
    if (when < until) {
      PollerClaim claim = watched.get();
      if (claim != null) {
        claim.poller.wakeup();
      }
    }
  }
}
