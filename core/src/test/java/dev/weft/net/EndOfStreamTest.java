package dev.weft.net;

import static dev.weft.net.Bytes.random;
import static dev.weft.net.Bytes.readFully;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;

/** How streams end: orderly, by halves, and by a reset. */
class EndOfStreamTest extends ConnContract {

  @Test
  void dataAndEndThatCameTogetherAreReadOneAfterTheOther() throws Exception {
    for (int i = 0; i < kind.many(); i++) {
      try (ConnPair pair = kind.connect()) {
        pair.client().write(new byte[] {1, 2, 3});
        pair.client().close();
        assertReadsThenEnds(pair.server(), 3);
      }
    }
  }

  @Test
  void dataAndEndThatWakeOneWaiterAreReadOneAfterTheOther() throws Exception {
    // The waiter's buffer is larger than what comes: a short read, after which nothing more
    // signals.
    try (var goroutines = new Goroutines()) {
      for (int i = 0; i < kind.many(); i++) {
        try (ConnPair pair = kind.connect()) {
          var reading = goroutines.go(() -> assertReadsThenEnds(pair.server(), 3));
          if (i % 3 == 0) {
            reading.awaitBlockedIn("read");
          }
          pair.client().write(new byte[] {1, 2, 3});
          pair.client().close();
          reading.join();
        }
      }
    }
  }

  @Test
  void theEndAloneWakesAWaiter() throws Exception {
    try (var goroutines = new Goroutines()) {
      var reading = goroutines.start(() -> server.read(new byte[10])).awaitBlockedIn("read");
      client.close();
      assertThat(reading.join()).isEqualTo(-1);
    }
  }

  @Test
  void theEndAfterAShortReadWakesAWaiter() throws Exception {
    client.write(new byte[5]);
    assertThat(readFully(server, 3)).hasSize(3);
    assertThat(server.read(new byte[100])).isEqualTo(2); // short: what follows waits without asking
    try (var goroutines = new Goroutines()) {
      var reading = goroutines.start(() -> server.read(new byte[100])).awaitBlockedIn("read");
      client.closeWrite();
      assertThat(reading.join()).isEqualTo(-1);
    }
  }

  @Test
  void theEndStaysTheEnd() throws Exception {
    client.close();
    for (int i = 0; i < 3; i++) {
      assertThat(server.read(new byte[10])).isEqualTo(-1);
    }
  }

  @Test
  void halfCloseKeepsTheOtherDirectionFlowing() throws Exception {
    byte[] much = random(1 << 20);
    client.write(new byte[] {7});
    client.closeWrite();
    assertReadsThenEnds(server, 1);
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> {
        server.write(much);
        server.closeWrite();
      });
      assertThat(readFully(client, much.length)).isEqualTo(much);
      assertThat(client.read(new byte[10])).isEqualTo(-1);
    }
  }

  @Test
  void theLastBytesBeforeCloseArrive() throws Exception {
    byte[] much = random(3 << 20);
    try (var goroutines = new Goroutines()) {
      var reading = goroutines.start(() -> readFully(server, much.length));
      client.write(much);
      client.close();
      assertThat(reading.join()).isEqualTo(much);
      assertThat(server.read(new byte[10])).isEqualTo(-1);
    }
  }

  @Test
  void whatWasWrittenBeforeClosingTheWritingSideCannotBeAddedTo() throws Exception {
    client.closeWrite();
    assertThatThrownBy(() -> client.write(new byte[10]))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith(": broken pipe");
  }

  @Test
  void closeWriteWakesAWriter() throws Exception {
    try (var goroutines = new Goroutines()) {
      var writing = goroutines.go(() -> client.write(Bytes.MORE_THAN_FITS)).awaitBlockedIn("write");
      client.closeWrite();
      assertThat(writing.failure())
          .isInstanceOf(SocketException.class)
          .hasMessageEndingWith(": broken pipe");
    }
  }

  @Test
  void closeReadEndsReadingAndNothingElse() throws Exception {
    server.closeRead();
    assertThat(server.read(new byte[10])).isEqualTo(-1);
    server.write(new byte[] {1, 2});
    assertThat(readFully(client, 2)).containsExactly(1, 2);
    assertThat(server.isOpen()).isTrue();
  }

  @Test
  void closeReadWakesAReader() throws Exception {
    try (var goroutines = new Goroutines()) {
      var reading = goroutines.start(() -> server.read(new byte[10])).awaitBlockedIn("read");
      var queued = goroutines.start(() -> server.read(new byte[10])).awaitBlockedIn("read");
      server.closeRead();
      assertThat(reading.join()).isEqualTo(-1);
      assertThat(queued.join()).isEqualTo(-1);
    }
  }

  private static void assertReadsThenEnds(Conn conn, int length) throws IOException {
    assertThat(readFully(conn, length)).hasSize(length);
    assertThat(conn.read(new byte[100])).isEqualTo(-1);
  }
}
