package dev.weft.cli.serve;

import dev.weft.Weft;
import dev.weft.internal.closing.CloseSteps;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.server.Server;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One listening address and the server of its connections. */
final class ConnService implements Served {
  private static final String UNIX = "unix:";

  /** Longer than any process waits: {@link #close} ends the wait. */
  private static final Duration UNTIL_CLOSED = Duration.ofDays(1);

  private final String name;
  private final Listener listener;
  private final Server server;

  /**
   * @param listener closed with this
   * @param server serves nothing else
   * @param slots how many connections there may be; {@code null} for any number
   */
  ConnService(String name, Listener listener, Server server, @Nullable Slots slots) {
    this.name = name;
    this.listener = slots == null ? listener : new SlotListener(listener, slots);
    this.server = server;
  }

  /**
   * @param address {@code host:port}, or {@code unix:} and a path or {@code @name}
   */
  static Listener listen(String address) throws IOException {
    return address.startsWith(UNIX)
        ? Net.listen("unix", address.substring(UNIX.length()))
        : Net.listen("tcp", address);
  }

  @Override
  public void start() {
    server.start(listener);
  }

  @Override
  public void stop() {
    CloseSteps steps = new CloseSteps();
    steps.run(listener::close); // before this returns
    steps.run(() -> Weft.go(name + " drain", () -> server.drain(UNTIL_CLOSED)));
    steps.end();
  }

  SocketAddress address() {
    return listener.localAddress();
  }

  @Override
  public int openConnections() {
    return server.stats().open();
  }

  @Override
  public void close() {
    CloseSteps steps = new CloseSteps();
    steps.run(listener::close); // it may not have been started
    steps.run(server::close);
    steps.end();
  }

  @Override
  public String toString() {
    return name + " on " + listener;
  }
}
