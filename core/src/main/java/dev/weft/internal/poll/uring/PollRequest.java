package dev.weft.internal.poll.uring;

import dev.weft.internal.sys.SubmissionQueue;

/** A one-shot poll(2) of a descriptor, through a ring. */
final class PollRequest extends Operation {
  static final int POLLIN = 1;
  static final int POLLOUT = 4;

  /** The peer has shut its writing side down. */
  static final int POLLRDHUP = 0x2000;

  private final UringPoller poller;
  private final int fd;
  private final int events;
  private final Runnable signal;
  private volatile boolean inFlight;

  /**
   * @param signal called when the descriptor is ready; must not block
   */
  PollRequest(UringPoller poller, int fd, int events, Runnable signal) {
    super(poller.ring());
    this.poller = poller;
    this.fd = fd;
    this.events = events;
    this.signal = signal;
  }

  /**
   * Requests one signal; does nothing while a request is in flight. One caller at a time.
   *
   * @return false when a request was in flight
   */
  boolean begin() {
    if (inFlight) {
      return false;
    }
    inFlight = true;
    ring = poller.ring();
    try {
      enqueue();
    } catch (Throwable e) {
      inFlight = false;
      throw e;
    }
    ring.queued();
    return true;
  }

  @Override
  void write(SubmissionQueue queue) {
    queue.poll(fd, events, token);
  }

  /**
   * Cancels the request, because the descriptor is being closed; {@link #begin} is not called
   * again.
   */
  void cancel() {
    if (inFlight) {
      ring.cancel(this);
    }
  }

  @Override
  boolean complete(int result, int flags, boolean last) {
    inFlight = false;
    signal.run();
    return true;
  }
}
