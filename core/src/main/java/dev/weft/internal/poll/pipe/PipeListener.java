package dev.weft.internal.poll.pipe;

import dev.weft.internal.poll.Endpoint;
import dev.weft.internal.poll.ListenTransport;
import dev.weft.internal.poll.Poller;
import dev.weft.internal.poll.StreamFd;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Accepts pipes: dialling threads add the ends of the accepting side. */
public final class PipeListener extends ListenTransport {
  private final Endpoint endpoint;

  // Guarded by the monitor.
  private final Queue<StreamFd> waiting = new ArrayDeque<>();
  private boolean closed;

  /**
   * @param network the name of the network in messages
   */
  public PipeListener(Poller poller, String network, SocketAddress address) {
    super(poller.newMemoryPollDesc());
    endpoint = new PipeEndpoint(network, address, null);
  }

  /** Adds the end of the accepting side; returns false when the listener is closed. */
  public boolean offer(StreamFd end) {
    synchronized (this) {
      if (closed) {
        return false;
      }
      waiting.add(end);
    }
    poll.signalRead();
    return true;
  }

  @Override
  protected Endpoint endpoint() {
    return endpoint;
  }

  @Override
  protected @Nullable StreamFd tryAccept() {
    poll.consumeRead();
    synchronized (this) {
      return waiting.poll();
    }
  }

  /** Refuses further ends, and closes those that were not accepted. */
  @Override
  protected void beginClose() {
    synchronized (this) {
      closed = true;
    }
  }

  @Override
  protected void close() {
    for (StreamFd end; (end = tryAccept()) != null; ) {
      end.close();
    }
  }

  // It listens from its creation on, so these are never called.

  @Override
  protected int bind(SocketAddress address) {
    throw new UnsupportedOperationException("a listener for pipes is bound already");
  }

  @Override
  protected int listen(int backlog) {
    throw new UnsupportedOperationException("a listener for pipes listens already");
  }
}
