package dev.weft.cli.proxy.forward;

import dev.weft.net.Conn;
import dev.weft.net.ListenConfig;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A listener whose backlog is full: a client that connects waits until a connection is accepted.
 */
final class Backlog implements AutoCloseable {
  /** A Unix socket's backlog is exact, and connecting to a full one waits. */
  private final Listener listener;

  private final String name = "@weft-backlog-" + ProcessHandle.current().pid();
  private final List<Conn> waiting = new ArrayList<>();

  Backlog() throws IOException {
    listener = ListenConfig.DEFAULT.backlog(1).listenUnix(name);
    for (int i = 0; i < 2; i++) {
      waiting.add(Net.dial("unix", name, Duration.ofSeconds(10)));
    }
  }

  String address() {
    return "unix:" + name;
  }

  /** Accepts all that wait and one more, which is returned. */
  Conn acceptLast() throws IOException {
    for (Conn each : waiting) {
      listener.accept().close();
      each.close();
    }
    Conn last = listener.accept();
    waiting.add(last);
    return last;
  }

  @Override
  public void close() {
    waiting.forEach(Conn::close);
    listener.close();
  }
}
