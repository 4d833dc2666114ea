package dev.weft.internal.poll.epoll;

import dev.weft.internal.poll.ForeignFds;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.sched.netpoll.SharedPoller;
import dev.weft.internal.sys.DescriptorCalls;
import dev.weft.internal.sys.EpollCalls;
import dev.weft.internal.sys.EpollEvents;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.EventFdCalls;
import dev.weft.internal.sys.SystemCallException;
import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One epoll instance, which all processors share.
 *
 * <p>Registration is edge-triggered and for both directions at once, so it costs one system call in
 * a socket's life, and none for a connection that never has to wait. Adding a socket to epoll
 * reports what is ready already, so registering after the first EAGAIN misses nothing. Closing the
 * descriptor removes it.
 */
final class EpollInstance extends SharedPoller implements ForeignFds.Registry, AutoCloseable {
  private static final int INTEREST =
      EpollEvents.IN | EpollEvents.PRI | EpollEvents.OUT | EpollEvents.RDHUP | EpollEvents.EDGE;

  /**
   * The interest of a muted descriptor. It excludes PRI as well as IN: the kernel wakes the waiting
   * thread for either when bytes arrive, even if it then has nothing to report.
   */
  private static final int MUTED_INTEREST = INTEREST & ~(EpollEvents.IN | EpollEvents.PRI);

  private static final int READ_EVENTS =
      EpollEvents.IN | EpollEvents.RDHUP | EpollEvents.HUP | EpollEvents.ERR;
  private static final int WRITE_EVENTS = EpollEvents.OUT | EpollEvents.HUP | EpollEvents.ERR;
  private static final int SHORT_READ_EVENTS =
      EpollEvents.RDHUP | EpollEvents.HUP | EpollEvents.ERR | EpollEvents.PRI;

  /**
   * Differs from all tokens of descriptors, which have a sequence number above 0 in the upper half.
   */
  private static final long WAKE_TOKEN = 0;

  private final int maxEvents;
  private final int epoll;
  private final int wakeFd;
  private final DescTable table = new DescTable();
  private final EpollEvents events;
  private final AtomicBoolean wakePending = new AtomicBoolean();

  /** The number of events in the buffer, between {@link #await} and {@link #reap}. */
  private int collected;

  EpollInstance(int maxEvents) throws SystemCallException {
    this.maxEvents = maxEvents;
    events = new EpollEvents(Arena.global(), maxEvents);
    epoll = SystemCallException.check("epoll_create1", EpollCalls.create());
    int eventfd = EventFdCalls.create();
    if (eventfd < 0) {
      DescriptorCalls.close(epoll);
      throw new SystemCallException("eventfd", -eventfd);
    }
    wakeFd = eventfd;
    // Edge-triggered: every write reports the eventfd anew, so its counter never has to be read.
    SystemCallException.check(
        "epoll_ctl", EpollCalls.add(epoll, wakeFd, EpollEvents.IN | EpollEvents.EDGE, WAKE_TOKEN));
  }

  @Override
  public boolean await(long nanos, boolean watches, int wakeupsBefore) {
    collected = check(EpollCalls.await(epoll, events, maxEvents, nanos));
    return collected > 0;
  }

  @Override
  public int reap(int max) {
    int n = collected;
    collected = 0;
    if (n == 0) {
      n = check(EpollCalls.poll(epoll, events, max));
    }
    dispatch(n);
    return n;
  }

  private int check(int result) {
    if (wakePending.getPlain()) {
      wakePending.set(false);
    }
    if (result >= 0) {
      return result;
    }
    if (result == -Errno.EINTR) {
      return 0;
    }
    throw new IllegalStateException("epoll_wait: " + Errno.text(-result));
  }

  private void dispatch(int count) {
    for (int i = 0; i < count; i++) {
      long token = events.token(i);
      PollDesc desc = token == WAKE_TOKEN ? null : table.find(token);
      if (desc == null) {
        continue; // the wake-up, or an event for a descriptor closed meanwhile
      }
      int what = events.events(i);
      if ((what & SHORT_READ_EVENTS) != 0) {
        desc.markMayReadShort();
      }
      if ((what & READ_EVENTS) != 0) {
        desc.signalRead();
      }
      if ((what & WRITE_EVENTS) != 0) {
        desc.signalWrite();
      }
    }
  }

  @Override
  protected void wake() {
    if (wakePending.compareAndSet(false, true)) {
      boolean written = false;
      try {
        EventFdCalls.write(wakeFd);
        written = true;
      } finally {
        if (!written) {
          wakePending.set(false);
        }
      }
    }
  }

  @Override
  public void close() {
    DescriptorCalls.close(wakeFd);
    DescriptorCalls.close(epoll);
  }

  @Override
  public int register(int fd, PollDesc desc) {
    int result = EpollCalls.add(epoll, fd, INTEREST, table.add(fd, desc));
    if (result < 0) {
      table.remove(fd, desc);
    }
    return result;
  }

  /**
   * Sets whether a registered descriptor reports arriving bytes. Unmuting reports at once what has
   * arrived meanwhile.
   */
  int setMuted(int fd, boolean muted) {
    return EpollCalls.modify(epoll, fd, muted ? MUTED_INTEREST : INTEREST, table.token(fd));
  }

  @Override
  public int registerOnce(int fd, PollDesc desc) {
    long token = table.add(fd, desc);
    int events = EpollEvents.IN | EpollEvents.ONE_SHOT;
    int result = EpollCalls.modify(epoll, fd, events, token);
    if (result == -Errno.ENOENT) {
      result = EpollCalls.add(epoll, fd, events, token);
    }
    if (result < 0) {
      table.remove(fd, desc);
    }
    return result;
  }

  @Override
  public void unregister(int fd, PollDesc desc) {
    table.remove(fd, desc);
  }

  /**
   * Removes a descriptor that shares its socket with other descriptors, so that closing it does not
   * remove it from epoll.
   */
  void unregisterShared(int fd, PollDesc desc) {
    try {
      EpollCalls.remove(epoll, fd);
    } finally { // Without memory epoll keeps it, but its events are for no descriptor.
      table.remove(fd, desc);
    }
  }
}
