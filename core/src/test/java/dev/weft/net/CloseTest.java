package dev.weft.net;

import static dev.weft.net.Bytes.MORE_THAN_FITS;
import static dev.weft.net.Bytes.assertRoundTrip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Closing ends every call, whatever it waits for, and everything after it fails. */
class CloseTest extends ConnContract {
  private static final String CLOSED = ": use of closed network connection";

  @Test
  void wakesTheReaderAndThoseBehindIt() throws Exception {
    try (var goroutines = new Goroutines()) {
      List<Running<?>> readers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        readers.add(goroutines.start(() -> client.read(new byte[1])).awaitBlockedIn("read"));
      }
      client.close();
      assertAllFailAsClosed(readers);
    }
  }

  @Test
  void wakesTheWriterAndThoseBehindIt() throws Exception {
    try (var goroutines = new Goroutines()) {
      List<Running<?>> writers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        writers.add(goroutines.go(() -> client.write(MORE_THAN_FITS)).awaitBlockedIn("write"));
      }
      client.close();
      assertAllFailAsClosed(writers);
    }
  }

  @Test
  void wakesAWaitForInput() throws Exception {
    try (var goroutines = new Goroutines()) {
      var waiting = goroutines.go(client::awaitReadable).awaitBlockedIn("awaitReadable");
      client.close();
      assertAllFailAsClosed(List.of(waiting));
    }
  }

  @Test
  void wakesPlatformThreadsToo() throws Exception {
    var failure = new Throwable[1];
    var reader =
        Thread.ofPlatform()
            .start(() -> {
              try {
                client.read(new byte[1]);
              } catch (Throwable e) {
                failure[0] = e;
              }
            });
    dev.weft.testing.Eventually.eventually(
        "the thread waits", () -> reader.getState() == Thread.State.WAITING);
    client.close();
    assertThat(reader.join(dev.weft.testing.Eventually.PATIENCE)).isTrue();
    assertThat(failure[0]).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void everythingFailsAfterwards() {
    assertThat(client.isOpen()).isTrue();
    client.close();
    assertThat(client.isOpen()).isFalse();
    assertFailsAsClosed(() -> client.read(new byte[1]));
    assertFailsAsClosed(() -> client.write(new byte[1]));
    assertFailsAsClosed(client::awaitReadable);
    assertFailsAsClosed(client::closeRead);
    assertFailsAsClosed(client::closeWrite);
    assertFailsAsClosed(() -> client.setDeadline(Duration.ofSeconds(1)));
    assertFailsAsClosed(() -> client.setReadDeadline(null));
    assertFailsAsClosed(() -> client.setWriteDeadline(null));
    assertFailsAsClosed(client::isReadable);
  }

  @Test
  void closingAgainDoesNothing() throws Exception {
    client.close();
    try (ConnPair taker = kind.connect()) { // has the number by now
      client.close();
      client.close();
      assertRoundTrip(taker.client(), taker.server());
    }
  }

  private static void assertAllFailAsClosed(List<Running<?>> all) throws Exception {
    for (Running<?> one : all) {
      assertThat(one.failure())
          .isInstanceOf(ClosedChannelException.class)
          .hasMessageEndingWith(CLOSED);
    }
  }

  private static void assertFailsAsClosed(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(ClosedChannelException.class)
        .hasMessageEndingWith(CLOSED);
  }
}
