package dev.weft.internal.sched;

/**
 * A backend's network poller as the scheduler sees it: a {@link ProcessorPoller} for each
 * processor. It knows nothing of sockets.
 */
public interface Netpoll {
  /** The backend's name, as users choose it: "epoll", "io_uring", "selector". */
  String name();

  /**
   * The poller of the processor with this number; always the same object for the same number. All
   * processors have one object in common if it {@linkplain ProcessorPoller#isShared is shared}.
   */
  ProcessorPoller poller(int processor);

  /** Releases what the pollers hold. Nothing may wait in them any more. */
  void close();
}
