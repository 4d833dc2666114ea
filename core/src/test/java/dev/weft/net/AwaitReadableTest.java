package dev.weft.net;

import static dev.weft.net.Bytes.readFully;
import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testing.Goroutines;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Waiting for input without a buffer. */
class AwaitReadableTest extends ConnContract {

  @Test
  void returnsAtOnceWhenSomethingIsThereAndTakesNothing() throws Exception {
    server.write(new byte[] {1, 2});
    for (int i = 0; i < 3; i++) {
      client.awaitReadable();
    }
    assertThat(readFully(client, 1)).containsExactly(1);
    client.awaitReadable();
    assertThat(readFully(client, 1)).containsExactly(2);
  }

  @Test
  void wakesForBytes() throws Exception {
    try (var goroutines = new Goroutines()) {
      var waiting = goroutines.go(client::awaitReadable).awaitBlockedIn("awaitReadable");
      server.write(new byte[] {1});
      waiting.join();
      assertThat(readFully(client, 1)).containsExactly(1);
    }
  }

  @Test
  void wakesForTheEnd() throws Exception {
    try (var goroutines = new Goroutines()) {
      var waiting = goroutines.go(client::awaitReadable).awaitBlockedIn("awaitReadable");
      server.close();
      waiting.join();
      client.awaitReadable();
      assertThat(client.read(new byte[1])).isEqualTo(-1);
    }
  }

  @Test
  void wakesForTheEndBehindAShortRead() throws Exception {
    server.write(new byte[] {1, 2, 3});
    assertThat(client.read(new byte[100])).isPositive();
    server.close();
    while (client.read(new byte[100]) > 0) {}
    client.awaitReadable();
  }

  @Test
  void wakesForTheEndOfReading() throws Exception {
    try (var goroutines = new Goroutines()) {
      var waiting = goroutines.go(client::awaitReadable).awaitBlockedIn("awaitReadable");
      client.closeRead();
      waiting.join();
      client.awaitReadable();
      assertThat(client.read(new byte[1])).isEqualTo(-1);
    }
  }

  @Test
  void hasTheReadDeadline() throws Exception {
    client.setReadDeadline(Duration.ofMillis(10));
    assertThatThrownBy(client::awaitReadable).isInstanceOf(SocketTimeoutException.class);
    server.write(new byte[] {1});
    assertThatThrownBy(client::awaitReadable).isInstanceOf(SocketTimeoutException.class);
    client.setReadDeadline(null);
    client.awaitReadable();
  }

  /** The poller may still signal bytes that a read has taken: a read after it would wait. */
  @Test
  void isNotReadableOnceTheBytesAreRead() throws Exception {
    byte[] buffer = new byte[16];
    for (int i = 0; i < 20 * kind.many(); i++) {
      assertThat(client.isReadable()).isFalse();
      server.write(new byte[] {1});
      assertThat(client.read(buffer)).isEqualTo(1);
      for (int check = 0; check < 20; check++) {
        assertThat(client.isReadable()).isFalse();
      }
    }
  }

  @Test
  void aLookForInputDoesNotWaitForAnotherReader() throws Exception {
    try (var goroutines = new Goroutines()) {
      var waiting = goroutines.go(client::awaitReadable).awaitBlockedIn("awaitReadable");
      assertThat(goroutines.start(client::isReadable).join()).isFalse();
      assertThat(client.isInUse()).isEqualTo(kind != ConnKind.MINIMAL);
      assertThat(waiting.isDone()).isFalse();
      server.write(new byte[] {1});
      waiting.join();
      assertThat(client.isReadable()).isTrue();
      assertThat(client.isInUse()).isFalse();
    }
  }

  @Test
  void staysReadableAtTheEnd() throws Exception {
    server.close();
    eventually("readable", client::isReadable);
    assertThat(client.isReadable()).isTrue();
    assertThat(client.read(new byte[1])).isEqualTo(-1);
    assertThat(client.isReadable()).isTrue();
  }

  @Test
  void bytesFoundReadableAreReadTogetherWithThoseBehindThem() throws Exception {
    server.write(new byte[] {1, 2, 3});
    eventually("readable", client::isReadable);
    assertThat(readFully(client, 1)).containsExactly(1);
    eventually("readable", client::isReadable);
    assertThat(client.read(new byte[16])).isEqualTo(2);
  }

  /**
   * A signal for bytes that were read before it came must not end the wait: the caller would take a
   * buffer for nothing, and hold it for as long as the connection is idle.
   */
  @Test
  void doesNotReturnForBytesThatAreReadAlready() throws Exception {
    var sent = new AtomicInteger();
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> {
        byte[] buffer = new byte[16];
        int received = 0;
        while (true) {
          client.awaitReadable();
          assertThat(sent.get()).as("sent when it returned").isGreaterThan(received);
          int n = client.read(buffer);
          if (n < 0) {
            return;
          }
          received += n;
          client.write(buffer, 0, n);
        }
      });
      for (int i = 0; i < 30 * kind.many(); i++) {
        sent.incrementAndGet();
        server.write(new byte[] {1});
        readFully(server, 1);
      }
      sent.incrementAndGet(); // the end counts as well
      server.close();
    }
  }
}
