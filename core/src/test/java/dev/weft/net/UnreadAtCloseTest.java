package dev.weft.net;

import static dev.weft.net.Bytes.readFully;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.testing.Goroutines;
import java.net.SocketException;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Closing an end that has not read all bytes: the peer, which has written them, is reset. */
class UnreadAtCloseTest extends ConnContract {
  private static final Set<ConnKind> ONE_STREAM =
      Set.of(ConnKind.TCP, ConnKind.PIPE, ConnKind.FAKE, ConnKind.MINIMAL);

  @BeforeEach
  void skipOthers() {
    assumeThat(kind).as("has no records and no messages of its own").isIn(ONE_STREAM);
  }

  @Test
  void unreadBytesResetThePeer() throws Exception {
    client.write(new byte[10]);
    server.awaitReadable();
    server.close();
    assertReset(() -> client.read(new byte[1]));
    assertReset(() -> client.write(new byte[1]));
    assertReset(() -> client.read(new byte[1]));
  }

  @Test
  void partlyReadBytesResetThePeer() throws Exception {
    client.write(new byte[10]);
    assertThat(readFully(server, 9)).hasSize(9);
    server.close();
    assertReset(() -> client.read(new byte[1]));
  }

  @Test
  void aResetWakesAWaitingReader() throws Exception {
    client.write(new byte[10]);
    server.awaitReadable();
    try (var goroutines = new Goroutines()) {
      var reading = goroutines.start(() -> client.read(new byte[1])).awaitBlockedIn("read");
      server.close();
      assertThat(reading.failure()).hasMessageEndingWith(": connection reset by peer");
    }
  }

  @Test
  void whatWasWrittenBeforeArrives() throws Exception {
    client.write(new byte[10]);
    server.awaitReadable();
    server.write(new byte[] {1, 2, 3});
    server.close();
    assertThat(readFully(client, 3)).containsExactly(1, 2, 3);
    assertReset(() -> client.read(new byte[1]));
  }

  @Test
  void bytesThatTheEndOfReadingHasDroppedResetThePeer() throws Exception {
    client.write(new byte[10]);
    server.awaitReadable();
    server.closeRead();
    server.write(new byte[1]);
    server.close();
    assertThat(client.read(new byte[2])).isEqualTo(1);
    assertReset(() -> client.read(new byte[1]));
  }

  /** The end has come before; bytes in the other direction do not make it less complete. */
  @Test
  void aStreamThatHasEndedStaysComplete() throws Exception {
    client.write(new byte[10]);
    server.awaitReadable();
    server.write(new byte[1]);
    server.closeWrite();
    client.awaitReadable();
    server.close();
    assertThat(client.read(new byte[2])).isEqualTo(1);
    assertThat(client.read(new byte[1])).isEqualTo(-1);
  }

  @Test
  void withoutUnreadBytesTheEndIsOrderly() throws Exception {
    client.write(new byte[10]);
    assertThat(readFully(server, 10)).hasSize(10);
    server.close();
    assertThat(client.read(new byte[1])).isEqualTo(-1);
  }

  private static void assertReset(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(SocketException.class)
        .hasMessageEndingWith(": connection reset by peer");
  }
}
