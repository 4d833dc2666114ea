package dev.weft.internal.sched;

import java.util.function.BooleanSupplier;

/**
 * Collects the events of one processor, or, if it is shared, those of all.
 *
 * <p>Threads use it as {@link PollerClaim} allows. {@link #await} and {@link #reap} of a shared
 * poller are called by one thread at a time. {@link #submit} and {@link #reap} of a processor's own
 * poller may be called by several threads at once, and beside one that waits. {@link #wakeup} may
 * be called by any thread at any time.
 */
public interface ProcessorPoller {
  /** Whether all processors use this object; the answer never changes. */
  boolean isShared();

  /**
   * Reports whether so many requests are queued that the processor's machine should submit them
   * before it has run all goroutines that are ready.
   */
  boolean hasFullBatch();

  /**
   * Hands the kernel the requests that goroutines have queued. Called by the processor's machine
   * between goroutines, when it gives the processor up, and by sysmon for a machine that has been
   * inside one goroutine for some time.
   */
  void submit();

  /**
   * Makes runnable the goroutines that events concern, oldest event first, without waiting.
   *
   * @param max an upper bound on the number of events; the others stay for the next call, but what
   *     {@link #await} has found is handled even if it is more
   * @return how many events there were
   */
  int reap(int max);

  /**
   * How often {@link #wakeup} was called. A thread reads it before it tells others that it waits,
   * so that no wake-up is lost that comes before {@link #await}, not even one that another thread,
   * just returning from its own wait, takes notice of.
   */
  int wakeups();

  /**
   * Waits until there is an event, until {@link #wakeup}, or for {@code nanos}. The events are
   * handled by {@link #reap}. May return early without a reason, and does if another thread is
   * still in here.
   *
   * @param nanos at most so long; without a limit if negative
   * @param watches whether to return also for events of pollers that no machine holds (at most one
   *     thread at a time watches)
   * @param wakeupsBefore the {@link #wakeups} after which to return at once
   * @return whether {@link #reap} will find events
   */
  boolean await(long nanos, boolean watches, int wakeupsBefore);

  /**
   * Ends the wait of a thread that has read {@link #wakeups} before. Does not fail: a system call
   * takes memory until the JVM has compiled it, and the caller has claimed a machine by now. What
   * fails is left to {@link #retry}.
   */
  void wakeup();

  /** Reports whether something failed, for lack of memory, that has to be done all the same. */
  default boolean needsRetry() {
    return false;
  }

  /** Does again what has failed. Called by sysmon, each round, while there is need. */
  default void retry() {}

  /** Retries until that succeeds: for threads that sysmon does not look after. */
  default void retryPatiently() {
    while (needsRetry()) {
      try {
        Thread.yield();
      } catch (OutOfMemoryError e) {
        Thread.onSpinWait(); // Yielding takes memory as well.
      }
      retry();
    }
  }

  /**
   * A machine has begun or ceased to hold this poller. While none does, its events end the wait of
   * the thread that watches. Never called for a shared poller.
   *
   * <p>Calls may come from several threads at once; {@code held} is to be asked under a lock, so
   * that the last answer is the current one. Does not fail, as {@link #wakeup}.
   */
  void holdChanged(BooleanSupplier held);
}
