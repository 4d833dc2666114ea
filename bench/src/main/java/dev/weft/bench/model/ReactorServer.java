package dev.weft.bench.model;

import dev.weft.internal.sys.EpollCalls;
import dev.weft.internal.sys.EpollEvents;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.SystemCallException;
import java.lang.foreign.Arena;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@code epoll}: a reactor written by hand.
 *
 * <p>A new connection is tried at once, because a client's request usually comes with its
 * handshake; only one that has to wait is registered, once, edge-triggered and for both directions.
 * The listener is level-triggered, so that accepting may stop after a batch.
 */
final class ReactorServer implements Server {
  private static final int EVENTS = 256;
  private static final int ACCEPTS = 64;
  private static final int FOR_EVER = -1;
  private static final int HANGUP = EpollEvents.RDHUP | EpollEvents.HUP | EpollEvents.ERR;

  private final ListenSocket listener;
  private final PolledConnection.Scratch scratch;
  private final int epoll;
  private final EpollEvents events = new EpollEvents(Arena.global(), EVENTS);

  /** The connections by descriptor. */
  private @Nullable PolledConnection[] connections = new PolledConnection[1024];

  ReactorServer(Exchange exchange, int backlog) throws SystemCallException {
    listener = new ListenSocket(backlog);
    scratch = new PolledConnection.Scratch(exchange);
    epoll = SystemCallException.check("epoll_create1", EpollCalls.create());
    SystemCallException.check(
        "epoll_ctl", EpollCalls.add(epoll, listener.fd(), EpollEvents.IN, listener.fd()));
  }

  @Override
  public int port() {
    return listener.port();
  }

  @Override
  public void serve() throws SystemCallException {
    while (true) {
      int n = EpollCalls.await(epoll, events, EVENTS, FOR_EVER);
      if (n < 0 && n != -Errno.EINTR) {
        throw new SystemCallException("epoll_wait", -n);
      }
      for (int i = 0; i < n; i++) {
        int fd = (int) events.token(i);
        if (fd == listener.fd()) {
          accept();
        } else {
          advance(fd, (events.events(i) & HANGUP) != 0);
        }
      }
    }
  }

  private void accept() throws SystemCallException {
    for (int i = 0; i < ACCEPTS; i++) {
      int fd = listener.accept();
      if (fd < 0) {
        return;
      }
      PolledConnection connection = new PolledConnection(fd);
      connection.advance(
          scratch, false); // registering reports an end of stream that has already arrived
      if (!connection.isClosed()) {
        watch(connection);
      }
    }
  }

  private void watch(PolledConnection connection) throws SystemCallException {
    int fd = connection.fd();
    if (fd >= connections.length) {
      connections = Arrays.copyOf(connections, Math.max(2 * connections.length, fd + 1));
    }
    connections[fd] = connection;
    SystemCallException.check(
        "epoll_ctl", EpollCalls.add(epoll, fd, PolledConnection.INTEREST, fd));
  }

  private void advance(int fd, boolean hangup) {
    PolledConnection connection = connections[fd];
    // There is none for an event collected before the descriptor was closed in this round.
    if (connection != null) {
      connection.advance(scratch, hangup);
      if (connection.isClosed()) {
        connections[fd] = null;
      }
    }
  }

  @Override
  public void startHog() {
    throw new UnsupportedOperationException("one thread serves all; a hog would be the end of it");
  }
}
