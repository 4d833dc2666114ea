package dev.weft.internal.poll.epoll;

import dev.weft.internal.poll.DatagramFd;
import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.ForeignFds;
import dev.weft.internal.poll.ListenFd;
import dev.weft.internal.poll.PacketPool;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.Poller;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.poll.socket.NativeSocket;
import dev.weft.internal.poll.socket.PipePool;
import dev.weft.internal.sched.netpoll.ProcessorPoller;
import dev.weft.internal.sys.SystemCallException;

/** Opens sockets that wait in one {@link EpollInstance}. */
public final class EpollPoller extends Poller {
  final EpollInstance epoll;
  final PipePool pipes = new PipePool(this::timers);
  private final PacketPool packets = new PacketPool();
  private final ForeignFds foreignFds;

  /**
   * @param maxEvents the maximum number of events per wait
   */
  public EpollPoller(int maxEvents) throws SystemCallException {
    epoll = new EpollInstance(maxEvents);
    foreignFds = new ForeignFds(this::newPollDesc, epoll);
  }

  @Override
  public ForeignFds foreignFds() {
    return foreignFds;
  }

  @Override
  public String name() {
    return "epoll";
  }

  @Override
  public ProcessorPoller poller(int processor) {
    return epoll;
  }

  @Override
  public void close() {
    pipes.close();
    epoll.close();
  }

  PollDesc newDesc() {
    return newPollDesc();
  }

  @Override
  public StreamFd openStream(Family family, boolean multipath) throws SystemCallException {
    return NativeSocket.owned(
        socket -> new StreamFd(new EpollStream(this, newPollDesc(), socket, new EarlyReads())),
        NativeSocket.openStream(family, multipath));
  }

  @Override
  public StreamFd adoptStream(int number) throws SystemCallException {
    NativeSocket socket = NativeSocket.adoptStream(number);
    return new StreamFd(new EpollStream(this, newPollDesc(), socket, null));
  }

  @Override
  public ListenFd adoptListener(int number) throws SystemCallException {
    NativeSocket socket = NativeSocket.adoptListener(number);
    return new ListenFd(new EpollListener(this, newPollDesc(), socket));
  }

  @Override
  public ListenFd openListener(Family family, boolean v6only, boolean multipath)
      throws SystemCallException {
    return NativeSocket.owned(
        socket -> new ListenFd(new EpollListener(this, newPollDesc(), socket)),
        NativeSocket.openListener(family, v6only, multipath));
  }

  @Override
  public DatagramFd openDatagrams(Family family, boolean v6only) throws SystemCallException {
    return NativeSocket.owned(
        socket -> new DatagramFd(new EpollDatagrams(this, newPollDesc(), socket, packets)),
        NativeSocket.openDatagrams(family, v6only));
  }
}
