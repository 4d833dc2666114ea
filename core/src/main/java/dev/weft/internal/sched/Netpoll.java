package dev.weft.internal.sched;

/**
 * What the scheduler asks of the network poller; it knows nothing of sockets.
 *
 * <p>{@link #await} and {@link #dispatch} are called by one thread at a time, in that order: the
 * scheduler sees to it. {@link #wake} may be called by any thread at any time.
 */
public interface Netpoll {
  /** The backend's name, as users choose it: "epoll", "selector". */
  String name();

  /**
   * Collects what has happened on the watched descriptors: at once when something has, otherwise
   * after waiting at most {@code nanos} (0: not at all; negative: until something does). Returns
   * how many events were collected; 0 when woken or out of time.
   *
   * @param max an upper bound on the number of events to collect; the rest stay for the next call
   * @param near the number of the processor that the caller had last
   */
  int await(long nanos, int max, int near);

  /** Makes runnable the goroutines that the collected events concern, oldest event first. */
  void dispatch(int collected);

  /** Makes a thread that waits in {@link #await}, or the next one that would, return at once. */
  void wake();

  /** Releases what the poller holds. Nothing may be awaited any more. */
  void close();

  // For backends that keep something for each processor

  /**
   * Hands the kernel what the processor's goroutines have asked for, and makes runnable whom what
   * has completed there concerns. Called by the machine that has the processor, between goroutines.
   *
   * @param max an upper bound on the number of events
   * @param betweenReady whether others are ready to run, so that only what is urgent is to be done
   * @return how many events there were
   */
  default int submitAndReap(int processor, int max, boolean betweenReady) {
    return 0;
  }

  /** A machine has the processor from now on. */
  default void acquired(int processor) {}

  /**
   * No machine has the processor any more. The caller holds it, so nobody can take it yet; and will
   * wait near it ({@link #await}), occupy it again, or say that it has {@link #abandoned}.
   */
  default void released(int processor) {}

  /** Whoever vacated the processor, or waited near it, turns to something else. */
  default void abandoned(int processor) {}

  /** Whether idle machines may wait each near the processor it had last ({@link #waitOn}). */
  default boolean hasAttendants() {
    return false;
  }

  /**
   * Waits for events of one processor, which no machine has, for at most {@code nanos} or until
   * {@link #wakeup}. To be told with {@link #submitAndReap} or {@link #pollOnBehalf} what to do
   * with them. Returns at once while another thread is still in here, one that was claimed and
   * woken.
   *
   * @return whether there are events
   */
  default boolean waitOn(int processor, long nanos) {
    throw new UnsupportedOperationException(name() + " keeps nothing for each processor");
  }

  /**
   * Makes the thread that attends to the processor or waits near it ({@link #await}), or the next
   * that would, return at once. A machine that has the processor may be the one that hears it.
   */
  default void wakeup(int processor) {
    throw new UnsupportedOperationException(name() + " keeps nothing for each processor");
  }

  /**
   * The same as {@link #submitAndReap} for a processor whose machine has been inside one goroutine
   * for some time; by another thread.
   */
  default int pollOnBehalf(int processor) {
    return 0;
  }
}
