package dev.weft.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.Bubble;
import dev.weft.Weft;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.fake.FakeNet;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/**
 * Tests a client that tries again after time-outs, with a server that does not answer for an hour:
 * in the fake time of a bubble that takes some milliseconds.
 */
final class FakeTime {
  private static final String SERVER = "server:7000";
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);

  private FakeTime() {}

  /** How the client reaches its server: over the network, or in a test over a fake one. */
  @FunctionalInterface
  interface Dial {
    Conn dial(Duration timeout) throws IOException;
  }

  /**
   * What is tested: asks, waits at most a minute for the answer, and doubles the pause each time.
   */
  static String ask(Dial network, int tries) throws IOException, InterruptedException {
    Duration pause = FIRST_PAUSE;
    for (int i = 1; ; i++) {
      try (Conn conn = network.dial(TIMEOUT)) {
        conn.setDeadline(TIMEOUT);
        conn.write("how are you?".getBytes(UTF_8));
        byte[] answer = new byte[100];
        int n = conn.read(answer);
        return new String(answer, 0, Math.max(0, n), UTF_8);
      } catch (IOException e) {
        System.out.println(Bubble.now() + " " + e.getMessage());
        if (i == tries) {
          throw e;
        }
      }
      Weft.sleep(pause);
      pause = pause.multipliedBy(2);
    }
  }

  static void main() throws Exception {
    long realBegin = System.nanoTime();
    Bubble.run(() -> {
      FakeNet net = new FakeNet();
      net.link(SERVER).delay(Duration.ofMillis(20)).stall();
      Instant begin = Bubble.now();
      try (Listener listener = net.listen(SERVER)) {
        Thread server = Weft.go(() -> answerOnce(listener));
        Thread repair =
            Weft.go(() -> {
              Weft.sleep(Duration.ofHours(1));
              net.link(SERVER).resume();
            });
        String answer = ask(timeout -> net.dial(SERVER, timeout), 10);
        System.out.println(Bubble.now() + " " + answer);
        server.join();
        repair.join();
      }
      System.out.println("in the bubble: " + Duration.between(begin, Bubble.now()));
    });
    System.out.println("in fact: " + Duration.ofNanos(System.nanoTime() - realBegin));
  }

  private static void answerOnce(Listener listener) throws IOException {
    try (Conn conn = listener.accept()) {
      conn.read(new byte[100]);
      conn.write("well again".getBytes(UTF_8));
    }
  }
}
