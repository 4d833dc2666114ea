package dev.weft.bench.model;

import dev.weft.internal.sys.SystemCallException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code nonblocking}: one thread that tries the listener and every connection in turn and never
 * waits.
 */
final class PollingServer implements Server {
  /** Connections accepted in one round, so that a burst does not delay open connections. */
  private static final int ACCEPTS = 64;

  private final ListenSocket listener;
  private final PolledConnection.Scratch scratch;
  private final List<PolledConnection> connections = new ArrayList<>();

  PollingServer(Exchange exchange, int backlog) throws SystemCallException {
    listener = new ListenSocket(backlog);
    scratch = new PolledConnection.Scratch(exchange);
  }

  @Override
  public int port() {
    return listener.port();
  }

  @Override
  public void serve() {
    while (true) {
      boolean moved = accept();
      for (int i = 0; i < connections.size(); i++) {
        PolledConnection connection = connections.get(i);
        moved |= connection.advance(scratch, false);
        if (connection.isClosed()) {
          // The last one takes its place and is tried next.
          PolledConnection last = connections.removeLast();
          if (last != connection) {
            connections.set(i--, last);
          }
        }
      }
      if (!moved) {
        Thread.yield(); // lets the JIT compilers run if they share this CPU
      }
    }
  }

  private boolean accept() {
    for (int i = 0; i < ACCEPTS; i++) {
      int fd = listener.accept();
      if (fd < 0) {
        return i > 0; // EAGAIN; or a connection that broke before it was accepted
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
