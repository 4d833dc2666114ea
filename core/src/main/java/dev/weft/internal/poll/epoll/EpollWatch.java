package dev.weft.internal.poll.epoll;

import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.Transport;
import dev.weft.internal.sys.DescriptorCalls;
import dev.weft.internal.sys.Errno;

/**
 * A descriptor's registration with the epoll instance, made when it first has to wait.
 *
 * <p>Each arrival of bytes at a registered socket wakes the thread that waits in epoll, which only
 * marks the socket readable. While a goroutine always finds bytes these wake-ups are useless, so
 * its watch can be muted until it has to wait:
 *
 * <pre>
 *   unregistered --register--> reporting --mute--> muted
 *                              reporting <--unmute--
 * </pre>
 *
 * A muted watch reports the peer's end of the stream, errors and room for writing. Unmuting reports
 * what has arrived, so a goroutine that unmutes before it waits misses nothing.
 */
final class EpollWatch {
  private final EpollInstance epoll;
  private final PollDesc poll;
  private final int fd;

  /**
   * Written under the read or the write lock; of two concurrent calls, {@code register} lets one
   * proceed.
   */
  private volatile boolean registered;

  /** Guarded by the read lock. */
  private boolean muted;

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

  /** Stops the reporting of arriving bytes, if the descriptor is registered. */
  void mute() {
    if (!muted && registered) {
      muted = epoll.setMuted(fd, true) == 0;
    }
  }

  /**
   * Resumes the reporting of arriving bytes; called before an operation that may wait for them.
   *
   * @return whether the watch was muted: bytes may have arrived without a signal
   */
  boolean unmute() {
    if (!muted) {
      return false;
    }
    int result = epoll.setMuted(fd, false);
    if (result < 0) {
      throw new IllegalStateException("epoll_ctl: " + Errno.text(-result));
    }
    muted = false;
    return true;
  }

  /** Reports whether the watch is muted. */
  boolean isMuted() {
    return muted;
  }

  /**
   * Removes the registration and closes the descriptor.
   *
   * @param shared whether there may be other descriptors of the same socket
   */
  void close(boolean shared) {
    try {
      if (registered && shared) {
        epoll.unregisterShared(fd, poll);
      } else if (registered) {
        epoll.unregister(fd, poll);
      }
    } finally { // also without memory
      DescriptorCalls.close(fd);
    }
  }
}
