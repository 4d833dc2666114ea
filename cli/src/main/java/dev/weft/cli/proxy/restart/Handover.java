package dev.weft.cli.proxy.restart;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.Weft;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.Passable;
import dev.weft.net.UnixConn;
import dev.weft.net.UnixListener;
import dev.weft.net.server.AcceptLoop;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The old process's side of a hot restart: gives its listeners to the process that comes to a Unix
 * socket and asks for them.
 *
 * <pre>
 *   new: connects
 *   old: the addresses of its listeners, a line each, and an empty line; their descriptors with the first byte
 *   new: accepts on them as well, then "ready\n"
 *   old: closes the Unix socket, stops accepting, then closes the connection; and drains
 * </pre>
 *
 * Both processes have the same sockets, with one queue of connections: each connection is accepted
 * by one of them, and none is refused in between. When the new process goes away before it is ready
 * the old one goes on as if nothing had been.
 */
public final class Handover implements AutoCloseable {
  /** The end of the list of addresses: an empty line. */
  static final String END = "\n\n";

  /** What the new process says when it accepts. */
  static final String READY = "ready\n";

  private static final System.Logger LOG = System.getLogger("dev.weft.cli");

  /** For the new process to open what it has not got, and to start. */
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  private final UnixListener socket;
  private final Supplier<Map<String, Listener>> listeners;
  private final Runnable stop;

  /**
   * Waits for a new process from now on.
   *
   * @param address a path, or {@code @name} for an abstract name
   * @param listeners to hand over, by the addresses that they were asked for with
   * @param stop has this process stop accepting, and end with its last connection
   */
  public Handover(String address, Supplier<Map<String, Listener>> listeners, Runnable stop)
      throws IOException {
    removeStale(address);
    this.socket = Net.listenUnix(address);
    this.listeners = listeners;
    this.stop = stop;
    Weft.go("proxy handover", this::run);
  }

  /** A process that was killed leaves its socket's file behind. */
  private static void removeStale(String address) throws IOException {
    Path file = Path.of(address);
    if (!address.startsWith("@") && Files.exists(file)) {
      try {
        Net.dialUnix(address).close();
      } catch (IOException e) {
        Files.deleteIfExists(file);
      }
    }
  }

  private void run() throws InterruptedException {
    AcceptLoop.run(socket, conn -> handOver((UnixConn) conn));
  }

  private void handOver(UnixConn accepted) {
    try (UnixConn conn = accepted) {
      tryHandOver(conn);
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.WARNING, "the handover failed, this process continues: " + e.getMessage());
    }
  }

  private void tryHandOver(UnixConn conn) throws IOException {
    int user = conn.peerCredentials().uid();
    if (user != 0 && user != ownUser()) {
      LOG.log(Level.WARNING, "user " + user + " requested the listeners and was refused");
      return;
    }
    Map<String, Listener> all = listeners.get();
    conn.setDeadline(TIMEOUT);
    conn.sendDescriptors(
        (String.join("\n", all.keySet()) + END).getBytes(UTF_8),
        all.values().stream().map(Passable.class::cast).toArray(Passable[]::new));
    byte[] answer = conn.inputStream().readNBytes(READY.length());
    if (!new String(answer, UTF_8).equals(READY)) {
      LOG.log(Level.WARNING, "the new process ended, this one continues");
      return;
    }
    socket.close(); // before the connection: the new process opens it then
    all.values().forEach(Handover::leaveFile);
    stop.run();
    LOG.log(Level.INFO, "handed over to process " + conn.peerCredentials().pid());
  }

  private static void leaveFile(Listener listener) {
    if (listener instanceof UnixListener unix) {
      unix.setUnlinkOnClose(false);
    }
  }

  private static int ownUser() throws IOException {
    return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }

  @Override
  public void close() {
    socket.close();
  }
}
