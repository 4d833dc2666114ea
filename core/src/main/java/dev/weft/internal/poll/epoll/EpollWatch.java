package dev.weft.internal.poll.epoll;

import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.Transport;
import dev.weft.internal.sys.DescriptorCalls;

/** A descriptor's place in the epoll instance, taken when it first has to wait. */
final class EpollWatch {
  private final EpollInstance epoll;
  private final PollDesc poll;
  private final int fd;

  /**
   * Written under the read or the write lock; both may get there at once, then {@code register}
   * lets one in.
   */
  private volatile boolean registered;

  EpollWatch(EpollPoller poller, PollDesc poll, int fd) {
    epoll = poller.epoll;
    this.poll = poll;
    this.fd = fd;
  }

  /**
   * To be called after an EAGAIN, before waiting: from now on the poller signals. Returns {@link
   * Transport#WOULD_BLOCK}, or a negated error.
   */
  int watch() {
    return registered ? Transport.WOULD_BLOCK : register();
  }

  private synchronized int register() {
    if (!registered) {
      int result = epoll.register(fd, poll);
      if (result < 0) {
        return result;
      }
      registered = true;
    }
    return Transport.WOULD_BLOCK;
  }

  /** Gives the place up and closes the descriptor. */
  void close() {
    if (registered) {
      epoll.unregister(fd, poll);
    }
    DescriptorCalls.close(fd);
  }
}
