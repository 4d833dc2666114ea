package consumer.core;

import static dev.weft.Weft.go;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.chan.Chan;
import dev.weft.context.CancellableContext;
import dev.weft.context.Context;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import java.time.Duration;

/** Sends a word over a connection and a channel. */
public final class Main {
  private Main() {}

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    Chan<String> words = Chan.unbuffered();
    try (CancellableContext context = Context.background().withTimeout(Duration.ofMinutes(1));
        Listener listener = Net.listen("tcp", "127.0.0.1:0")) {
      go(() -> {
        try (Conn conn = listener.accept()) {
          conn.write("ok".getBytes(UTF_8));
        }
      });
      go(() -> {
        try (Conn conn = Net.dial(listener.localAddress())) {
          byte[] buffer = new byte[2];
          conn.read(buffer, 0, 1);
          conn.read(buffer, 1, 1);
          words.send(new String(buffer, UTF_8));
        }
      });
      System.out.println(words.receive(context));
    }
  }
}
