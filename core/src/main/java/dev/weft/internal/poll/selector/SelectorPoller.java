package dev.weft.internal.poll.selector;

import dev.weft.internal.poll.DatagramFd;
import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.ListenFd;
import dev.weft.internal.poll.PacketPool;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.Poller;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.sched.netpoll.ProcessorPoller;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Opens channels that wait in one {@link SharedSelector}. */
public final class SelectorPoller extends Poller {
  final SharedSelector selector;
  private final PacketPool packets = new PacketPool();

  public SelectorPoller() throws IOException {
    selector = new SharedSelector();
  }

  @Override
  public String name() {
    return "selector";
  }

  @Override
  public ProcessorPoller poller(int processor) {
    return selector;
  }

  @Override
  public void close() {
    selector.close();
  }

  PollDesc newDesc() {
    return newPollDesc();
  }

  @Override
  public StreamFd openStream(Family family, boolean multipath) throws IOException {
    try {
      return newStream(family, SocketChannel.open(protocol(family)));
    } catch (IOException | UnsupportedOperationException e) {
      throw failure(e);
    }
  }

  StreamFd newStream(Family family, SocketChannel channel) throws IOException {
    channel.configureBlocking(false);
    if (family != Family.UNIX) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
    return new StreamFd(new SelectorStream(this, newPollDesc(), family, channel));
  }

  @Override
  public ListenFd openListener(Family family, boolean v6only, boolean multipath)
      throws IOException {
    try {
      ServerSocketChannel channel = ServerSocketChannel.open(protocol(family));
      channel.configureBlocking(false);
      if (family != Family.UNIX) {
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      }
      return new ListenFd(new SelectorListener(this, newPollDesc(), family, channel, v6only));
    } catch (IOException | UnsupportedOperationException e) {
      throw failure(e);
    }
  }

  @Override
  public DatagramFd openDatagrams(Family family, boolean v6only) throws IOException {
    if (family == Family.UNIX) {
      throw new UnsupportedOperationException(
          "Unix sockets for datagrams need the epoll or the io_uring poller");
    }
    try {
      DatagramChannel channel = DatagramChannel.open(protocol(family));
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_BROADCAST, true);
      return new DatagramFd(new SelectorDatagrams(this, newPollDesc(), channel, v6only, packets));
    } catch (IOException | UnsupportedOperationException e) {
      throw failure(e);
    }
  }

  private static StandardProtocolFamily protocol(Family family) {
    return switch (family) {
      case INET -> StandardProtocolFamily.INET;
      case INET6 -> StandardProtocolFamily.INET6;
      case UNIX -> StandardProtocolFamily.UNIX;
    };
  }

  private static SystemCallException failure(Exception e) throws IOException {
    return new SystemCallException(
        "socket", e instanceof IOException io ? -JdkErrors.negatedErrno(io) : Errno.EAFNOSUPPORT);
  }
}
