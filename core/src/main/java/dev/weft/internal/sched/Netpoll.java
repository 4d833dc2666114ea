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
   * @param most an upper bound on the number of events to collect; the rest stay for the next call
   */
  int await(long nanos, int most);

  /** Makes runnable the goroutines that the collected events concern, oldest event first. */
  void dispatch(int collected);

  /** Makes a thread that waits in {@link #await}, or the next one that would, return at once. */
  void wake();

  /** Releases what the poller holds. Nothing may be awaited any more. */
  void close();
}
