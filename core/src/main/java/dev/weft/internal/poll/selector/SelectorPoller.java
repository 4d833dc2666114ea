package dev.weft.internal.poll.selector;

import dev.weft.internal.poll.ListenFd;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.Poller;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * Waits for channels in one {@link Selector}. Selectors are level-triggered, so a direction is of
 * interest only while somebody waits for it: the wait sets it and wakes the selector, the event
 * clears it.
 */
public final class SelectorPoller extends Poller {
  private static final int WRITE_OPS = SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT;
  private static final int READ_OPS = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;

  final Selector selector;

  public SelectorPoller() throws IOException {
    selector = Selector.open();
  }

  @Override
  public String name() {
    return "selector";
  }

  @Override
  public int await(long nanos, int most) {
    try {
      if (nanos == 0) {
        selector.selectNow();
      } else if (nanos < 0) {
        selector.select();
      } else {
        selector.select(TimeUnit.NANOSECONDS.toMillis(nanos + 999_999));
      }
      return selector.selectedKeys().size();
    } catch (IOException e) {
      throw new UncheckedIOException("select: " + e.getMessage(), e);
    }
  }

  @Override
  public void dispatch(int collected) {
    for (SelectionKey key : selector.selectedKeys()) {
      try {
        int ready = key.readyOps();
        key.interestOpsAnd(~ready);
        PollDesc desc = (PollDesc) key.attachment();
        if ((ready & READ_OPS) != 0) {
          desc.signalRead();
        }
        if ((ready & WRITE_OPS) != 0) {
          desc.signalWrite();
        }
      } catch (CancelledKeyException e) {
        // Closed meanwhile; closing has sent its waiters away.
      }
    }
    selector.selectedKeys().clear();
  }

  @Override
  public void wake() {
    selector.wakeup();
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
  public StreamFd openStream(boolean v6) throws IOException {
    try {
      return newStream(SocketChannel.open(family(v6)));
    } catch (IOException | UnsupportedOperationException e) {
      throw failure(e);
    }
  }

  StreamFd newStream(SocketChannel channel) throws IOException {
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return new StreamFd(new SelectorStream(this, newPollDesc(), channel));
  }

  @Override
  public ListenFd openListener(boolean v6, boolean v6only) throws IOException {
    try {
      ServerSocketChannel channel = ServerSocketChannel.open(family(v6));
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      return new ListenFd(new SelectorListener(this, newPollDesc(), channel, v6only));
    } catch (IOException | UnsupportedOperationException e) {
      throw failure(e);
    }
  }

  private static StandardProtocolFamily family(boolean v6) {
    return v6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
  }

  private static SystemCallException failure(Exception e) throws IOException {
    return new SystemCallException(
        "socket", e instanceof IOException io ? -JdkErrors.negatedErrno(io) : Errno.EAFNOSUPPORT);
  }
}
