package dev.weft.net;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Weft;
import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Closing under running calls, thousands of times. */
@Tag("contract")
@Timeout(180)
class CloseStormTest {
  @Test
  void closeWhileReadingAlwaysEndsTheRead() throws Exception {
    long before = Weft.stats().goroutines().live();
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0");
        var goroutines = new Goroutines()) {
      for (int i = 0; i < 250; i++) {
        Loopback pair = Loopback.connect(listener);
        var first = goroutines.go(() -> readUntilClosed(pair.client()));
        var second = goroutines.go(() -> readUntilClosed(pair.client()));
        var writer = goroutines.go(() -> writeUntilItFails(pair.server()));
        pause();
        pair.client().close();
        first.join();
        second.join();
        writer.join();
        pair.server().close();
      }
    }
    eventually("the goroutines are gone", () -> Weft.stats().goroutines().live() <= before);
  }

  private static void readUntilClosed(Conn conn) throws IOException {
    try {
      while (true) {
        assertThat(conn.read(new byte[100])).as("only we close").isPositive();
      }
    } catch (ClosedChannelException e) {
      // as it must
    }
  }

  private static void writeUntilItFails(Conn conn) throws IOException {
    try {
      while (true) {
        conn.write(new byte[100]);
        Weft.yield();
      }
    } catch (SocketException e) {
      assertThat(e).hasMessageMatching(".*: (connection reset by peer|broken pipe)");
    }
  }

  @Test
  void closeWhileAcceptingAlwaysEndsTheAccept() throws Exception {
    try (var goroutines = new Goroutines()) {
      for (int i = 0; i < 300; i++) {
        TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0");
        var first = goroutines.go(() -> acceptUntilClosed(listener));
        var second = goroutines.go(() -> acceptUntilClosed(listener));
        if (i % 4 == 0) {
          Net.dial("tcp", Loopback.address(listener)).close();
        }
        pause();
        listener.close();
        first.join();
        second.join();
      }
    }
  }

  private static void acceptUntilClosed(TcpListener listener) throws IOException {
    try {
      while (true) {
        listener.accept().close();
      }
    } catch (ClosedChannelException e) {
      // as it must
    }
  }

  /**
   * Each pair sends bytes of its own kind. A call that outlived its descriptor would read or write
   * through a number that is another pair's by now, and a byte of the wrong kind would turn up.
   */
  @Test
  void aDescriptorIsNotReusedUnderARunningCall() throws Exception {
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0")) {
      for (int round = 0; round < 25; round++) {
        try (var goroutines = new Goroutines()) {
          for (int i = 0; i < 8; i++) {
            byte kind = (byte) (8 * round + i);
            Loopback pair = Loopback.connect(listener);
            for (Conn conn : new Conn[] {pair.client(), pair.server()}) {
              goroutines.go(() -> writeKind(conn, kind));
              goroutines.go(() -> readKind(conn, kind));
            }
            goroutines.go(() -> {
              pause();
              pair.client().close();
              pause();
              pair.server().close();
            });
          }
        }
      }
    }
  }

  private static void writeKind(Conn conn, byte kind) {
    byte[] bytes = new byte[64];
    java.util.Arrays.fill(bytes, kind);
    try {
      while (true) {
        conn.write(bytes);
        Weft.yield();
      }
    } catch (IOException e) {
      // closed on either side
    }
  }

  private static void readKind(Conn conn, byte kind) {
    byte[] bytes = new byte[64];
    try {
      for (int n; (n = conn.read(bytes)) != -1; ) {
        for (int i = 0; i < n; i++) {
          assertThat(bytes[i]).isEqualTo(kind);
        }
      }
    } catch (IOException e) {
      // closed on either side
    }
  }

  /** So that the close meets the others at every possible point. */
  private static void pause() {
    int turns = ThreadLocalRandom.current().nextInt(4);
    for (int i = 0; i < turns * turns; i++) {
      Thread.yield();
    }
  }
}
