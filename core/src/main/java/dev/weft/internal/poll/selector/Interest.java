package dev.weft.internal.poll.selector;

import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.Transport;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/** Tells the selector what one channel's users wait for. */
final class Interest {
  private final SelectorPoller poller;
  private final PollDesc poll;
  private final SelectableChannel channel;
  private @Nullable SelectionKey key;

  Interest(SelectorPoller poller, PollDesc poll, SelectableChannel channel) {
    this.poller = poller;
    this.poll = poll;
    this.channel = channel;
  }

  /** Asks for one signal when {@code operation} is possible, and answers that it is not now. */
  int signalWhen(int operation) throws ClosedChannelException {
    try {
      SelectionKey registered = register();
      registered.interestOpsOr(operation);
      poller.wake();
    } catch (CancelledKeyException e) {
      throw new ClosedChannelException();
    }
    return Transport.WOULD_BLOCK;
  }

  private synchronized SelectionKey register() throws ClosedChannelException {
    if (key == null) {
      key = channel.register(poller.selector, 0, poll);
    }
    return key;
  }

  /** The channel was closed: only a turn of the selector releases its descriptor. */
  synchronized void closed() {
    if (key != null) {
      poller.wake();
    }
  }
}
