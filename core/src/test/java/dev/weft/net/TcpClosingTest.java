package dev.weft.net;

import static dev.weft.net.Bytes.fill;
import static dev.weft.net.Bytes.readFully;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testing.Goroutines;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the peer of a closed TCP connection reads: the end of the stream, or a reset. */
@Tag("contract")
@Timeout(180)
class TcpClosingTest {
  /** The longest linger time there is: a close that waited would outlast the test. */
  private static final int LONGEST_SECONDS = 0xFFFF;

  /** The reader has waited before, so the poller may have taken the bytes from the kernel. */
  @Test
  void unreadBytesResetThePeer() throws Exception {
    for (int i = 0; i < 20; i++) {
      try (Loopback pair = connectAndWaitOnce()) {
        pair.client().write(new byte[10]);
        pair.server().awaitReadable();
        pair.server().close();
        assertReadIsReset(pair.client());
      }
    }
  }

  @Test
  void partlyReadBytesResetThePeer() throws Exception {
    try (Loopback pair = connectAndWaitOnce()) {
      pair.client().write(new byte[10]);
      assertThat(readFully(pair.server(), 9)).hasSize(9);
      pair.server().close();
      assertReadIsReset(pair.client());
    }
  }

  /** The bytes are in the kernel, in the poller, or between the two. */
  @Test
  void bytesThatArriveDuringTheCloseResetThePeer() throws Exception {
    for (int i = 0; i < 200; i++) {
      try (Loopback pair = connectAndWaitOnce()) {
        pair.client().write(new byte[10]);
        pair.server().close();
        assertReadIsReset(pair.client());
      }
    }
  }

  @Test
  void answerBeforeAResetArrives() throws Exception {
    try (Loopback pair = connectAndWaitOnce();
        var goroutines = new Goroutines()) {
      pair.client().write(new byte[10]);
      pair.server().awaitReadable();
      goroutines
          .go(() -> {
            pair.server().write(new byte[] {1, 2, 3});
            pair.server().close();
          })
          .join();
      assertThat(readFully(pair.client(), 3)).containsExactly(1, 2, 3);
      assertReadIsReset(pair.client());
    }
  }

  @Test
  void closeNeverWaitsForTheLingerTime() throws Exception {
    try (Loopback pair = Loopback.connect();
        var goroutines = new Goroutines()) {
      pair.client().setOption(StandardSocketOptions.SO_LINGER, LONGEST_SECONDS);
      assertThat(pair.client().getOption(StandardSocketOptions.SO_LINGER))
          .isEqualTo(LONGEST_SECONDS);
      fill(pair.client());
      goroutines.go(() -> pair.client().close()).join();
    }
  }

  @Test
  void closeNeverWaitsForTheLingerTimeOfAConnectionThatHasWaited() throws Exception {
    try (Loopback pair = connectAndWaitOnce();
        var goroutines = new Goroutines()) {
      pair.server().setOption(StandardSocketOptions.SO_LINGER, LONGEST_SECONDS);
      goroutines
          .go(() -> {
            fill(pair.server());
            pair.server().close();
          })
          .join();
    }
  }

  /** Connects, and has the server's end wait once: then pollers begin to watch it. */
  private static Loopback connectAndWaitOnce() throws Exception {
    Loopback pair = Loopback.connect();
    try (var goroutines = new Goroutines()) {
      var reading = goroutines.start(() -> pair.server().read(new byte[1])).awaitBlockedIn("read");
      pair.client().write(new byte[1]);
      assertThat(reading.join()).isEqualTo(1);
    }
    return pair;
  }

  private static void assertReadIsReset(Conn conn) {
    assertThatThrownBy(() -> conn.read(new byte[10]))
        .isInstanceOf(SocketException.class)
        .hasMessageEndingWith(": connection reset by peer");
  }
}
