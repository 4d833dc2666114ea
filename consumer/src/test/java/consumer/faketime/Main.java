package consumer.faketime;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.Bubble;
import dev.weft.Weft;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.fake.FakeNet;
import java.time.Duration;
import java.time.Instant;

/** Sends a word over a slow fake network, in fake time. */
public final class Main {
  private static final String SERVER = "server:80";

  private Main() {}

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    Bubble.run(() -> {
      FakeNet net = new FakeNet();
      net.link(SERVER).delay(Duration.ofHours(1));
      Instant begin = Bubble.now();
      try (Listener listener = net.listen(SERVER)) {
        Weft.go(() -> {
          try (Conn conn = listener.accept()) {
            conn.write("ok".getBytes(UTF_8));
          }
        });
        try (Conn conn = net.dial(SERVER)) {
          byte[] word = conn.inputStream().readAllBytes();
          boolean late = Bubble.now().isAfter(begin.plus(Duration.ofHours(2)));
          System.out.println(late ? new String(word, UTF_8) : "too early");
        }
      }
    });
  }
}
