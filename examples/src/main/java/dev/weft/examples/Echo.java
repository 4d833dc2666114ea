package dev.weft.examples;

import static dev.weft.Weft.go;

import dev.weft.net.Conn;
import dev.weft.net.Net;
import java.io.IOException;
import java.time.Duration;

/**
 * Echoes every connection. One that sends nothing for a minute is closed.
 *
 * <p>Try it with {@code nc localhost 7000}.
 */
final class Echo {
  private Echo() {}

  static void main(String[] args) throws IOException {
    String address = args.length > 0 ? args[0] : ":7000";
    try (var listener = Net.listen("tcp", address)) {
      System.out.println("echo listens on " + listener.localAddress());
      while (true) {
        var conn = listener.accept();
        go(() -> serve(conn));
      }
    }
  }

  private static void serve(Conn conn) {
    try (conn) {
      var buffer = new byte[4096];
      while (true) {
        conn.setReadDeadline(Duration.ofMinutes(1));
        int n = conn.read(buffer);
        if (n == -1) {
          return;
        }
        conn.write(buffer, 0, n);
      }
    } catch (IOException e) {
      // The peer reset the connection, or said nothing for a minute.
    }
  }
}
