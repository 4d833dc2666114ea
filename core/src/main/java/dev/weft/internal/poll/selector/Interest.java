package dev.weft.internal.poll.selector;

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
 * What the users of one channel order from the selector. The thread that polls carries the orders
 * out, so that no other thread touches the selector, the key, or their monitors.
 *
 * <p>{@code orders} is a set of bits. The thread that adds the first one puts the interest into the
 * poller's queue; the thread that polls takes it from there and takes all bits at once. So it is in
 * the queue at most once, and no order is overlooked.
 */
final class Interest {
  private static final int CLOSE = 1 << 30;

  private static final VarHandle ORDERS;

  static {
    try {
      ORDERS = MethodHandles.lookup().findVarHandle(Interest.class, "orders", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final PollDesc poll;
  private final SharedSelector selector;
  private final SelectableChannel channel;

  @SuppressWarnings("UnusedVariable") // used through ORDERS
  private volatile int orders;

  /** Whether there ever was an order. Closing comes after all other calls, so it sees this. */
  private volatile boolean used;

  /** Only the thread that polls uses it. */
  private @Nullable SelectionKey key;

  Interest(SelectorPoller poller, PollDesc poll, SelectableChannel channel) {
    selector = poller.selector;
    this.poll = poll;
    this.channel = channel;
  }

  /** Asks for one signal when {@code operation} is possible, and answers that it is not now. */
  int signalWhen(int operation) {
    used = true;
    order(operation);
    return Transport.WOULD_BLOCK;
  }

  /** Closes the channel: soon, because only a turn of the selector releases its descriptor. */
  void close() {
    if (used) {
      order(CLOSE);
    } else {
      Channels.close(channel);
    }
  }

  private void order(int bit) {
    if ((int) ORDERS.getAndBitwiseOr(this, bit) == 0) {
      selector.ask(this);
    }
  }

  /** Gives the key up; by the thread that polls. The next order registers the channel anew. */
  void dropKey() {
    SelectionKey mine = key;
    if (mine != null) {
      mine.cancel();
      key = null;
    }
  }

  /** Carries the orders out. */
  void settle(Selector selector) throws ClosedChannelException {
    int now = (int) ORDERS.getAndSet(this, 0);
    if ((now & CLOSE) != 0) {
      Channels.close(channel);
    } else if (key == null) {
      key = channel.register(selector, now, this);
    } else {
      key.interestOpsOr(now);
    }
  }
}
