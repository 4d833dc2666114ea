package dev.weft.net;

import static dev.weft.net.Bytes.assertRoundTrip;
import static dev.weft.net.Bytes.fill;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Closing ends every call, whatever it waits for, and everything after it fails. */
@Tag("contract")
@Timeout(180)
class CloseTest {
  private static final String CLOSED = ": use of closed network connection";

  private Conn client;
  private Conn server;

  @BeforeEach
  void connect() throws IOException {
    Loopback pair = Loopback.connect();
    client = pair.client();
    server = pair.server();
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

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
    fill(client);
    try (var goroutines = new Goroutines()) {
      List<Running<?>> writers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        writers.add(goroutines.go(() -> client.write(new byte[1 << 20])).awaitBlockedIn("write"));
      }
      client.close();
      assertAllFailAsClosed(writers);
    }
  }

  @Test
  void wakesWhoWaitsForInput() throws Exception {
    try (var goroutines = new Goroutines()) {
      var waiting = goroutines.go(client::awaitReadable).awaitBlockedIn("awaitReadable");
      client.close();
      assertAllFailAsClosed(List.of(waiting));
    }
  }

  @Test
  void wakesAllWhoAccept() throws Exception {
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0");
        var goroutines = new Goroutines()) {
      List<Running<?>> acceptors = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        acceptors.add(goroutines.start(listener::accept).awaitBlockedIn("accept"));
      }
      listener.close();
      assertAllFailAsClosed(acceptors);
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
    assertFailsAsClosed(() -> client.getOption(java.net.StandardSocketOptions.TCP_NODELAY));
    assertFailsAsClosed(() -> client.setOption(java.net.StandardSocketOptions.TCP_NODELAY, true));
  }

  @Test
  void acceptingFailsAfterwards() throws IOException {
    TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0");
    listener.close();
    assertThat(listener.isOpen()).isFalse();
    assertFailsAsClosed(listener::accept);
    assertFailsAsClosed(() -> listener.setDeadline(null));
  }

  @Test
  void closingAgainDoesNothing() throws Exception {
    client.close();
    try (Loopback taker = Loopback.connect()) { // has the number by now
      client.close();
      client.close();
      assertRoundTrip(taker.client(), taker.server());
    }
  }

  @Test
  void aListenersConnectionsOutliveIt() throws Exception {
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0");
        Loopback pair = Loopback.connect(listener)) {
      listener.close();
      assertRoundTrip(pair.client(), pair.server());
    }
  }

  @Test
  void aClosedListenersPortIsFreeAtOnce() throws Exception {
    int port;
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0");
        Loopback pair = Loopback.connect(listener)) {
      port = listener.localAddress().getPort();
      pair.server().close(); // in TIME_WAIT from now on
    }
    try (TcpListener again = Net.listenTcp("tcp4", "127.0.0.1:" + port)) {
      Loopback.connect(again).close();
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
