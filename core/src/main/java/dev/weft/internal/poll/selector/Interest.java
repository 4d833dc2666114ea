package dev.weft.internal.poll.selector;

import dev.weft.internal.poll.ClosingPorts;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.Transport;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.jspecify.annotations.Nullable;

/**
 * The operations for which a channel needs a signal from the selector. Any thread requests them;
 * the polling thread passes the requests to the selector, so that no other thread enters the
 * monitors of the selector or the key.
 *
 * <p>{@code requests} is a set of bits. The thread that sets the first bit adds the interest to the
 * poller's queue; the polling thread removes it and clears all bits at once. So it is in the queue
 * at most once, and no request is lost.
 */
final class Interest {
  private static final int CLOSE = 1 << 30;

  private static final VarHandle REQUESTS;

  static {
    try {
      REQUESTS = MethodHandles.lookup().findVarHandle(Interest.class, "requests", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final PollDesc poll;
  private final SharedSelector selector;
  private final SelectableChannel channel;

  @SuppressWarnings("UnusedVariable") // used through REQUESTS
  private volatile int requests;

  /** Whether there was any request. Closing comes after all other calls, so it sees this. */
  private volatile boolean used;

  /** Released when the channel is closed; written before the close is requested. */
  private ClosingPorts.@Nullable Hold port;

  /** Behind this one in the selector's queue. */
  @Nullable Interest nextAsking;

  /** Used by the polling thread only. */
  private @Nullable SelectionKey key;

  Interest(SelectorPoller poller, PollDesc poll, SelectableChannel channel) {
    selector = poller.selector;
    this.poll = poll;
    this.channel = channel;
  }

  /** Requests one signal for when {@code operation} is possible; returns WOULD_BLOCK. */
  int signalWhen(int operation) {
    used = true;
    order(operation);
    return Transport.WOULD_BLOCK;
  }

  /** Closes the channel at the next selection, which alone releases its descriptor. */
  void close() {
    close(null);
  }

  /**
   * Closes the channel as {@link #close()} does.
   *
   * @param port released when the descriptor is closed
   */
  void close(ClosingPorts.@Nullable Hold port) {
    this.port = port;
    if (used) {
      order(CLOSE);
    } else {
      Channels.close(channel);
      releasePort();
    }
  }

  /** Called when a channel that held its port is closed. */
  void releasePort() {
    ClosingPorts.Hold held = port;
    if (held != null) {
      held.release();
    }
  }

  private void order(int bit) {
    if ((int) REQUESTS.getAndBitwiseOr(this, bit) == 0) {
      selector.ask(this);
    }
  }

  /** Cancels the key; called by the polling thread. The next request registers the channel anew. */
  void dropKey() {
    SelectionKey mine = key;
    if (mine != null) {
      mine.cancel();
      key = null;
    }
  }

  /**
   * Passes the requests to the selector.
   *
   * @return whether the next selection releases a port
   */
  boolean settle(Selector selector) throws ClosedChannelException {
    int now = (int) REQUESTS.getAndSet(this, 0);
    if ((now & CLOSE) != 0) {
      Channels.close(channel);
      return port != null;
    }
    try {
      if (key == null) {
        key = channel.register(selector, now, this);
      } else {
        key.interestOpsOr(now);
      }
    } catch (OutOfMemoryError e) {
      order(now); // for the next round
      throw e;
    }
    return false;
  }
}
