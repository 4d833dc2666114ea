package dev.weft.internal.sched.netpoll;

/**
 * The scheduler's interface to a network poller: a {@link ProcessorPoller} for each processor. It
 * does not depend on sockets.
 */
public interface Netpoll {
  /**
   * Returns the backend's name, as in the setting {@code weft.poller}: "epoll", "io_uring",
   * "selector".
   */
  String name();

  /**
   * Returns the poller of the processor with this number, always the same object for the same
   * number. All processors have one object if it {@linkplain ProcessorPoller#isShared is shared}.
   */
  ProcessorPoller poller(int processor);

  /** Closes the pollers. No thread may wait in them any more. */
  void close();
}
