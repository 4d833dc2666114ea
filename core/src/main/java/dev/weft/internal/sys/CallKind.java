package dev.weft.internal.sys;

/** What a system call does; {@link SystemCalls} counts each kind. */
public enum CallKind {
  /** Receives or reads bytes. */
  READ,
  /** Sends or writes bytes. */
  WRITE,
  /** Moves bytes within the kernel: {@code splice}, {@code sendfile}. */
  TRANSFER,
  /** Accepts a connection. */
  ACCEPT,
  /** Collects events, with or without a wait: {@code epoll_wait}. */
  POLL,
  /** Changes the descriptors that an epoll instance watches: {@code epoll_ctl}. */
  WATCH,
  /**
   * Submits requests to a ring, collects completions, or waits for them: {@code io_uring_enter}.
   */
  ENTER,
  /** Ends the wait of a thread in a poller, or notes that it ended: an eventfd. */
  WAKE,
  /** All others: sockets opened and closed, options, threads, files opened. */
  OTHER;

  static final int COUNT = values().length;
}
