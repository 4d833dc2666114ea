package dev.weft.internal.sched.netpoll;

import java.util.function.BooleanSupplier;

/**
 * Collects the events of one processor, or, if it is shared, those of all.
 *
 * <p>Threads use it as {@code PollerClaim} allows. {@link #await} and {@link #reap} of a shared
 * poller are called by one thread at a time. {@link #submit} and {@link #reap} of a processor's own
 * poller may be called by several threads at once, and beside one that waits. {@link #wakeup} may
 * be called by any thread at any time.
 */
public interface ProcessorPoller {
  /** Reports whether all processors use this object; the answer never changes. */
  boolean isShared();

  /**
   * Reports whether so many requests are queued that the processor's machine should submit them
   * before it has run all goroutines that are ready.
   */
  boolean hasFullBatch();

  /**
   * Submits the requests that goroutines have queued to the kernel. Called by the processor's
   * machine between goroutines, when it gives up the processor, and by sysmon for a machine that
   * has been inside one goroutine for some time.
   */
  void submit();

  /**
   * Makes the goroutines that wait for the collected events runnable, oldest event first, without
   * waiting.
   *
   * @param max the maximum number of events, except that all events found by {@link #await} are
   *     handled; the others are left for the next call
   * @return the number of events
   */
  int reap(int max);

  /**
   * Returns the number of calls of {@link #wakeup}. A thread reads it before it publishes that it
   * waits, so that a wake-up before {@link #await} is not lost, even when another thread that
   * returns from its wait consumes its event.
   */
  int wakeups();

  /**
   * Waits until there is an event, until {@link #wakeup}, or for {@code nanos}. The events are
   * handled by {@link #reap}. May return early without a reason, and does so if another thread is
   * still in this method.
   *
   * @param nanos the maximum time; negative for no limit
   * @param watches whether to return also for events of pollers that no machine holds; at most one
   *     thread at a time watches
   * @param wakeupsBefore the {@link #wakeups} after which to return at once
   * @return whether {@link #reap} will find events
   */
  boolean await(long nanos, boolean watches, int wakeupsBefore);

  /**
   * Ends the wait of a thread that has read {@link #wakeups} before. Never throws, because the
   * caller has claimed a machine; a call that fails for lack of memory is left to {@link #retry}.
   */
  void wakeup();

  /** Reports whether a call failed, for lack of memory, and must be repeated. */
  default boolean needsRetry() {
    return false;
  }

  /** Repeats failed calls. Called by sysmon in each round, while needed. */
  default void retry() {}

  /** Retries until that succeeds; for threads that sysmon does not serve. */
  default void retryPatiently() {
    while (needsRetry()) {
      try {
        Thread.yield();
      } catch (OutOfMemoryError e) {
        Thread.onSpinWait(); // yielding takes memory as well
      }
      retry();
    }
  }

  /**
   * Called when a machine has begun or ceased to hold this poller. While none holds it, its events
   * end the wait of the watching thread. Never called for a shared poller.
   *
   * <p>May be called by several threads at once; the implementation must call {@code held} under a
   * lock, so that the last answer is the current one. Never throws, as {@link #wakeup}.
   */
  void holdChanged(BooleanSupplier held);
}
