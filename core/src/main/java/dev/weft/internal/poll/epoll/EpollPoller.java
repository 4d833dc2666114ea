package dev.weft.internal.poll.epoll;

import dev.weft.internal.poll.DatagramFd;
import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.ListenFd;
import dev.weft.internal.poll.PacketPool;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.Poller;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.poll.socket.NativeSocket;
import dev.weft.internal.sched.RunQueue;
import dev.weft.internal.sys.EpollEvents;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.Libc;
import dev.weft.internal.sys.SystemCallException;
import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Waits for sockets in one epoll instance.
 *
 * <p>Registration is edge-triggered and for both directions at once, so it costs one system call in
 * a socket's life, and none for a connection that never has to wait. Adding a socket to epoll
 * reports what is ready already, so registering after the first EAGAIN misses nothing. Closing the
 * descriptor removes it.
 */
public final class EpollPoller extends Poller {
  private static final int INTEREST =
      EpollEvents.IN | EpollEvents.PRI | EpollEvents.OUT | EpollEvents.RDHUP | EpollEvents.EDGE;
  private static final int READ_EVENTS =
      EpollEvents.IN | EpollEvents.RDHUP | EpollEvents.HUP | EpollEvents.ERR;
  private static final int WRITE_EVENTS = EpollEvents.OUT | EpollEvents.HUP | EpollEvents.ERR;
  private static final int SHORT_READ_EVENTS =
      EpollEvents.RDHUP | EpollEvents.HUP | EpollEvents.ERR | EpollEvents.PRI;

  /** No descriptor has this token: theirs hold a sequence number above 0 in the upper half. */
  private static final long WAKE_TOKEN = 0;

  private final int epoll;
  private final int wakeFd;
  private final DescTable table = new DescTable();
  private final EpollEvents events = new EpollEvents(Arena.global(), RunQueue.CAPACITY);
  private final AtomicBoolean wakePending = new AtomicBoolean();
  private final PacketPool packets = new PacketPool();

  public EpollPoller() throws SystemCallException {
    epoll = SystemCallException.check("epoll_create1", Libc.epollCreate());
    int eventfd = Libc.eventfd();
    if (eventfd < 0) {
      Libc.close(epoll);
      throw new SystemCallException("eventfd", -eventfd);
    }
    wakeFd = eventfd;
    // Edge-triggered: every write reports the eventfd anew, so its counter never has to be read.
    SystemCallException.check(
        "epoll_ctl", Libc.epollAdd(epoll, wakeFd, EpollEvents.IN | EpollEvents.EDGE, WAKE_TOKEN));
  }

  @Override
  public String name() {
    return "epoll";
  }

  @Override
  public int await(long nanos, int most, int near) {
    int n =
        nanos == 0
            ? Libc.epollPoll(epoll, events, most)
            : Libc.epollWait(epoll, events, most, nanos);
    if (wakePending.getPlain()) {
      wakePending.set(false);
    }
    if (n >= 0) {
      return n;
    }
    if (n == -Errno.EINTR) {
      return 0;
    }
    throw new IllegalStateException("epoll_wait: " + Errno.text(-n));
  }

  @Override
  public void dispatch(int collected) {
    for (int i = 0; i < collected; i++) {
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
  public void wake() {
    if (wakePending.compareAndSet(false, true)) {
      Libc.eventfdWrite(wakeFd);
    }
  }

  @Override
  public void close() {
    Libc.close(wakeFd);
    Libc.close(epoll);
  }

  /** Registers {@code fd}; 0, or a negated error number. */
  int register(int fd, PollDesc desc) {
    int result = Libc.epollAdd(epoll, fd, INTEREST, table.add(fd, desc));
    if (result < 0) {
      table.remove(fd, desc);
    }
    return result;
  }

  void unregister(int fd, PollDesc desc) {
    table.remove(fd, desc);
  }

  PollDesc newDesc() {
    return newPollDesc();
  }

  @Override
  public StreamFd openStream(Family family) throws SystemCallException {
    return new StreamFd(new EpollStream(this, newPollDesc(), NativeSocket.openStream(family)));
  }

  @Override
  public ListenFd adoptListener(int number) throws SystemCallException {
    NativeSocket socket = NativeSocket.adoptListener(number);
    return new ListenFd(new EpollListener(this, newPollDesc(), socket));
  }

  @Override
  public ListenFd openListener(Family family, boolean v6only, boolean multipath)
      throws SystemCallException {
    NativeSocket socket = NativeSocket.openListener(family, v6only, multipath);
    return new ListenFd(new EpollListener(this, newPollDesc(), socket));
  }

  @Override
  public DatagramFd openDatagrams(Family family, boolean v6only) throws SystemCallException {
    NativeSocket socket = NativeSocket.openDatagrams(family, v6only);
    return new DatagramFd(new EpollDatagrams(this, newPollDesc(), socket, packets));
  }
}
