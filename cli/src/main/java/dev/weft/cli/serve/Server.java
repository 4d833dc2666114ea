package dev.weft.cli.serve;

import dev.weft.Weft;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.server.AcceptLoop;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One listening address and the goroutines that serve its connections. */
final class Server implements Served {
  private static final String UNIX = "unix:";

  private final String name;
  private final Service service;
  private final Listener listener;
  private final @Nullable Slots slots;
  private final Set<Conn> open = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  /**
   * @param address {@code host:port}, or {@code unix:} and a path or {@code @name}
   * @param slots how many connections there may be; {@code null} for any number
   */
  Server(String name, String address, Service service, @Nullable Slots slots) throws IOException {
    this(name, listen(address), service, slots);
  }

  /** Serves a listener that is open already, and closes it. */
  Server(String name, Listener listener, Service service, @Nullable Slots slots) {
    this.name = name;
    this.listener = listener;
    this.service = service;
    this.slots = slots;
  }

  static Listener listen(String address) throws IOException {
    return address.startsWith(UNIX)
        ? Net.listen("unix", address.substring(UNIX.length()))
        : Net.listen("tcp", address);
  }

  @Override
  public void start() {
    Weft.go(name + " accept", this::accept);
  }

  private void accept() throws InterruptedException {
    AcceptLoop.run(slots == null ? listener : new SlotListener(listener, slots), this::begin);
  }

  private void begin(Conn conn) {
    try {
      open.add(conn);
      if (stopping) {
        service.stop(List.of(conn)); // stop() may have passed over it
      }
      Weft.go(() -> serve(conn));
    } catch (Throwable e) {
      open.remove(conn);
      conn.close();
      throw e;
    }
  }

  private void serve(Conn conn) {
    try (conn) {
      service.serve(conn);
    } catch (IOException e) {
      // The peer closed or reset the connection.
    } finally {
      open.remove(conn);
    }
  }

  /** Stops accepting, and lets the connections finish what they have begun. */
  @Override
  public void stop() {
    stopping = true;
    listener.close();
    service.stop(open);
  }

  SocketAddress address() {
    return listener.localAddress();
  }

  @Override
  public int openConnections() {
    return open.size();
  }

  /** Breaks off what is left. */
  @Override
  public void close() {
    listener.close();
    open.forEach(Conn::close);
  }

  @Override
  public String toString() {
    return name + " on " + listener;
  }
}
