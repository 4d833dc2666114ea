package dev.weft.internal.poll.epoll;

import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.Transport;
import dev.weft.internal.sys.DescriptorCalls;

/** A descriptor's registration with the epoll instance, made when it first has to wait. */
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
   * Registers the descriptor, if it is not; called after EAGAIN and before waiting. Returns {@link
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

  /**
   * Removes the registration and closes the descriptor.
   *
   * @param shared whether there may be other descriptors of the same socket
   */
  void close(boolean shared) {
    if (registered && shared) {
      epoll.unregisterShared(fd, poll);
    } else if (registered) {
      epoll.unregister(fd, poll);
    }
    DescriptorCalls.close(fd);
  }
}
