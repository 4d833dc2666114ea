package dev.weft.internal.poll.selector;

import dev.weft.internal.poll.DatagramFd;
import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.ListenFd;
import dev.weft.internal.poll.PacketPool;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.Poller;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Waits for channels in one {@link Selector}. Selectors are level-triggered, so a direction is of
 * interest only while somebody waits for it: the wait orders it, the event clears it.
 *
 * <p>A selector guards its keys with monitors. Goroutines must not take them: a machine that polls
 * could come to wait behind a goroutine that waits for a machine. So goroutines leave their {@link
 * Interest} in a queue, which the thread that polls works off first.
 *
 * <p>Who leaves something there looks at {@code awaiting} afterwards; who is about to wait sets it
 * first, and looks into the queue afterwards. So either the one wakes the selector or the other
 * finds the interest.
 */
public final class SelectorPoller extends Poller {
  private static final int WRITE_OPS = SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT;
  private static final int READ_OPS = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;

  private final Selector selector;
  private final Queue<Interest> asking = new ConcurrentLinkedQueue<>();
  private final PacketPool packets = new PacketPool();
  private volatile boolean awaiting;

  /** A wake-up is under way: one is enough, and {@link Selector#wakeup} takes a monitor. */
  private final AtomicBoolean waking = new AtomicBoolean();

  public SelectorPoller() throws IOException {
    selector = Selector.open();
  }

  @Override
  public String name() {
    return "selector";
  }

  @Override
  public int await(long nanos, int most, int near) {
    awaiting = nanos != 0;
    try {
      for (Interest interest; (interest = asking.poll()) != null; ) {
        interest.settle(selector);
      }
      if (nanos == 0) {
        selector.selectNow();
      } else if (nanos < 0) {
        selector.select();
      } else {
        selector.select(TimeUnit.NANOSECONDS.toMillis(nanos + 999_999));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("select: " + e.getMessage(), e);
    }
    awaiting = false;
    waking.set(false);
    return selector.selectedKeys().size();
  }

  @Override
  public void dispatch(int collected) {
    for (SelectionKey key : selector.selectedKeys()) {
      int ready = key.readyOps();
      key.interestOpsAnd(~ready);
      PollDesc desc = ((Interest) key.attachment()).poll;
      if ((ready & READ_OPS) != 0) {
        desc.signalRead();
      }
      if ((ready & WRITE_OPS) != 0) {
        desc.signalWrite();
      }
    }
    selector.selectedKeys().clear();
  }

  void ask(Interest interest) {
    asking.add(interest);
    if (awaiting) {
      wake();
    }
  }

  @Override
  public void wake() {
    if (!waking.getAndSet(true)) {
      selector.wakeup();
    }
  }

  @Override
  public void close() {
    try {
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  PollDesc newDesc() {
    return newPollDesc();
  }

  @Override
  public StreamFd openStream(Family family) throws IOException {
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
  public ListenFd openListener(Family family, boolean v6only) throws IOException {
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
