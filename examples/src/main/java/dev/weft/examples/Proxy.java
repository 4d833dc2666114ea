package dev.weft.examples;

import static dev.weft.Weft.go;

import dev.weft.context.Context;
import dev.weft.net.Conn;
import dev.weft.net.Net;
import dev.weft.task.Group;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;

/**
 * Passes connections on to another address, each direction in a goroutine of its own. When one side
 * has said all it has to say, the other may still answer.
 *
 * <p>With {@code Echo} running, try {@code nc localhost 8000}.
 */
final class Proxy {
  private Proxy() {}

  static void main(String[] args) throws IOException {
    String from = args.length > 0 ? args[0] : ":8000";
    String to = args.length > 1 ? args[1] : "localhost:7000";
    try (var listener = Net.listen("tcp", from)) {
      System.out.println("proxy listens on " + listener.localAddress() + " for " + to);
      while (true) {
        var client = listener.accept();
        go(() -> pass(client, to));
      }
    }
  }

  private static void pass(Conn client, String to) throws InterruptedException {
    try (client;
        var server = Net.dial("tcp", to, Duration.ofSeconds(5));
        var directions = Group.under(Context.background())) {
      directions.go(() -> copy(client, server));
      directions.go(() -> copy(server, client));
      directions.join();
    } catch (IOException | ExecutionException e) {
      // One end is gone or cannot be reached; the other is hung up on.
    }
  }

  private static void copy(Conn from, Conn to) throws IOException {
    var buffer = new byte[16 * 1024];
    for (int n; (n = from.read(buffer)) != -1; ) {
      to.write(buffer, 0, n);
    }
    to.closeWrite();
  }
}
