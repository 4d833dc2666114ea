package dev.weft.internal.poll.uring;

import dev.weft.internal.sys.SubmissionQueue;

/** Has the kernel say once when a descriptor is ready: poll(2) by way of a ring. */
final class PollRequest extends Operation {
  static final int POLLIN = 1;
  static final int POLLOUT = 4;

  /** The peer sends no more. */
  static final int POLLRDHUP = 0x2000;

  private final UringPoller poller;
  private final int fd;
  private final int events;
  private final Runnable signal;
  private volatile boolean underWay;

  /**
   * @param signal what to do then; must not block
   */
  PollRequest(UringPoller poller, int fd, int events, Runnable signal) {
    super(poller.ring());
    this.poller = poller;
    this.fd = fd;
    this.events = events;
    this.signal = signal;
  }

  /**
   * From now on the signal comes once; also when the kernel is asked already. One caller at a time.
   */
  void begin() {
    if (!underWay) {
      underWay = true;
      ring = poller.ring();
      enqueue();
      ring.queued();
    }
  }

  @Override
  void write(SubmissionQueue queue) {
    queue.poll(fd, events, token);
  }

  /** The descriptor is being closed: nobody begins any more. */
  void cancel() {
    if (underWay) {
      ring.cancel(this);
    }
  }

  @Override
  boolean complete(int result, int flags, boolean last) {
    underWay = false;
    signal.run();
    return true;
  }
}
