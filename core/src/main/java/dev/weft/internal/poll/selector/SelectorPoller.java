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
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Waits for channels in one {@link Selector}. Selectors are level-triggered, so a direction is of
 * interest only while somebody waits for it: the wait orders it, the event clears it.
 *
 * <p><b>No goroutine enters a monitor of a selector or of its keys.</b> A monitor hands itself to
 * the thread that queued for it first; when that is a goroutine which is ready and not running, the
 * machine that polls would wait behind it, and might be the one that has to run it. So only the
 * thread that polls touches the selector and keys:
 *
 * <ul>
 *   <li>goroutines put their {@link Interest} into a queue, which that thread works off first;
 *   <li>they wake it through a {@link SelectorWaker}, because {@link Selector#wakeup} takes a
 *       monitor;
 *   <li>a channel that is connecting loses its key before the goroutine is told: {@link
 *       SocketChannel#finishConnect} closes the channel when it fails, and the close of a channel
 *       with a key enters the selector.
 * </ul>
 *
 * <p>A goroutine that adds an interest looks at {@code awaiting} afterwards; the thread that is
 * about to wait sets it first, and looks into the queue afterwards. So either the goroutine wakes
 * the selector, or the thread finds the interest.
 */
public final class SelectorPoller extends Poller {
  private static final int READ_OPS = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;

  private final Selector selector;
  private final Queue<Interest> asking = new ConcurrentLinkedQueue<>();
  private final PacketPool packets = new PacketPool();
  private final SelectorWaker waker;

  /**
   * Set while the thread that polls waits or is about to; the first that wakes it takes it down.
   */
  private final AtomicBoolean awaiting = new AtomicBoolean();

  /** The interests whose connecting has ended, without keys; of the thread that polls. */
  private final List<Interest> connected = new ArrayList<>();

  public SelectorPoller() throws IOException {
    selector = Selector.open();
    try {
      waker = new SelectorWaker(selector);
    } catch (IOException e) {
      selector.close();
      throw e;
    }
  }

  @Override
  public String name() {
    return "selector";
  }

  @Override
  public int await(long nanos, int most, int near) {
    awaiting.set(nanos != 0);
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
      awaiting.set(false);
      waker.reset(selector);
      dropKeysOfConnected();
    } catch (IOException e) {
      throw new UncheckedIOException("select: " + e.getMessage(), e);
    }
    return connected.size() + selector.selectedKeys().size();
  }

  /** Cancels the keys of channels whose connecting has ended, and has the selector forget them. */
  private void dropKeysOfConnected() throws IOException {
    for (var keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
      SelectionKey key = keys.next();
      if ((key.readyOps() & SelectionKey.OP_CONNECT) != 0) {
        keys.remove();
        Interest interest = (Interest) key.attachment();
        interest.dropKey();
        connected.add(interest);
      }
    }
    if (!connected.isEmpty()) {
      selector.selectNow(); // A cancelled key belongs to its selector until the next selection.
    }
  }

  @Override
  public void dispatch(int collected) {
    for (Interest interest : connected) {
      interest.poll.signalWrite();
    }
    connected.clear();
    for (SelectionKey key : selector.selectedKeys()) {
      int ready = key.readyOps();
      if ((ready & SelectionKey.OP_CONNECT) != 0) {
        continue; // Selected just now, with its key: the next selection reports it again.
      }
      key.interestOpsAnd(~ready);
      PollDesc desc = ((Interest) key.attachment()).poll;
      if ((ready & READ_OPS) != 0) {
        desc.signalRead();
      }
      if ((ready & SelectionKey.OP_WRITE) != 0) {
        desc.signalWrite();
      }
    }
    selector.selectedKeys().clear();
  }

  void ask(Interest interest) {
    asking.add(interest);
    if (awaiting.get() && awaiting.getAndSet(false)) {
      waker.wakeup();
    }
  }

  @Override
  public void wake() {
    waker.wakeup();
  }

  @Override
  public void close() {
    try {
      selector.close();
      waker.close();
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
