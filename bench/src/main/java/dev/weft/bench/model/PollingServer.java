package dev.weft.bench.model;

import dev.weft.internal.sys.SystemCallException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code nonblocking}: one thread that asks the listener and every connection in turn whether there
 * is anything to do, and never waits.
 */
final class PollingServer implements Server {
  /** Accepted at a time, so that a burst does not keep the connections there are waiting. */
  private static final int ACCEPTS = 64;

  private final Listening listening;
  private final PolledConnection.Scratch scratch;
  private final List<PolledConnection> connections = new ArrayList<>();

  PollingServer(Exchange exchange, int backlog) throws SystemCallException {
    listening = new Listening(backlog);
    scratch = new PolledConnection.Scratch(exchange);
  }

  @Override
  public int port() {
    return listening.port();
  }

  @Override
  public void serve() {
    while (true) {
      boolean moved = accept();
      for (int i = 0; i < connections.size(); i++) {
        PolledConnection connection = connections.get(i);
        moved |= connection.advance(scratch, false);
        if (connection.isClosed()) {
          // The last one takes its place, and is asked next.
          PolledConnection last = connections.removeLast();
          if (last != connection) {
            connections.set(i--, last);
          }
        }
      }
      if (!moved) {
        Thread.yield(); // to the compilers, where they share this processor
      }
    }
  }

  private boolean accept() {
    for (int i = 0; i < ACCEPTS; i++) {
      int fd = listening.accept();
      if (fd < 0) {
        return i > 0; // EAGAIN; a connection that broke while it waited is no concern of ours
      }
      connections.add(new PolledConnection(fd));
    }
    return true;
  }

  @Override
  public void startHog() {
    throw new UnsupportedOperationException("one thread serves all; a hog would be the end of it");
  }
}
