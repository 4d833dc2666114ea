package dev.weft.net;

import static dev.weft.net.Bytes.assertRoundTrip;
import static dev.weft.net.Bytes.fill;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.context.DeadlineExceededException;
import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A cancelled context ends the calls that belong to it, and leaves the socket as it was. */
@Tag("contract")
@Timeout(180)
class ContextCallsTest {
  private final Goroutines goroutines = new Goroutines();
  private Conn client;
  private Conn server;

  @BeforeEach
  void connect() throws IOException {
    Loopback pair = Loopback.connect();
    client = pair.client();
    server = pair.server();
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    server.close();
    goroutines.close();
  }

  @Test
  void cancellingEndsAWaitingRead() throws Exception {
    try (var context = Context.background().withCancel()) {
      var view = client.withContext(context);
      var reading = goroutines.start(() -> view.read(new byte[1])).awaitBlockedIn("read");
      context.cancel();
      assertThat(reading.failure()).isInstanceOf(CancelledException.class);
    }
    assertRoundTrip(client, server);
  }

  @Test
  void cancellingEndsAWaitForInput() throws Exception {
    try (var context = Context.background().withCancel()) {
      var view = client.withContext(context);
      var waiting =
          goroutines
              .start(() -> {
                view.awaitReadable();
                return null;
              })
              .awaitBlockedIn("awaitReadable");
      context.cancel();
      assertThat(waiting.failure()).isInstanceOf(CancelledException.class);
    }
    assertRoundTrip(client, server);
  }

  @Test
  void cancellingEndsAWaitingWrite() throws Exception {
    fill(client);
    try (var context = Context.background().withCancel()) {
      var view = client.withContext(context);
      var writing =
          goroutines
              .start(() -> {
                view.write(new byte[1 << 20]);
                return null;
              })
              .awaitBlockedIn("write");
      context.cancel();
      assertThat(writing.failure()).isInstanceOf(CancelledException.class);
    }
    assertThat(client.isOpen()).isTrue();
  }

  @Test
  void cancellingEndsAWaitingAccept() throws Exception {
    try (var listener = Net.listenTcp("tcp", "127.0.0.1:0");
        var context = Context.background().withCancel()) {
      var view = listener.withContext(context);
      var accepting = goroutines.start(view::accept).awaitBlockedIn("accept");
      context.cancel();
      assertThat(accepting.failure()).isInstanceOf(CancelledException.class);
      var next = goroutines.start(listener::accept);
      try (var dialled = Net.dial("tcp", Loopback.address(listener));
          var accepted = next.join()) {
        assertRoundTrip(dialled, accepted);
      }
    }
  }

  @Test
  void cancellingEndsADial() throws Exception {
    try (var full = new FullBacklog();
        var context = Context.background().withCancel()) {
      var dialling =
          goroutines
              .start(() -> Net.dial(context, "tcp", full.address()))
              .awaitBlockedIn("connect");
      context.cancel();
      assertThat(dialling.failure()).isInstanceOf(CancelledException.class);
    }
  }

  @Test
  void aDeadlineOfTheContextEndsARead() throws Exception {
    try (var context = Context.background().withTimeout(Duration.ofMillis(20))) {
      var view = client.withContext(context);
      assertThatThrownBy(() -> view.read(new byte[1]))
          .isInstanceOf(DeadlineExceededException.class);
    }
    assertRoundTrip(client, server);
  }

  @Test
  void aCancelledContextFailsAtOnceEvenWhenBytesAreThere() throws Exception {
    server.write(new byte[] {1});
    client.awaitReadable();
    try (var context = Context.background().withCancel()) {
      context.cancel();
      var view = client.withContext(context);
      assertThatThrownBy(() -> view.read(new byte[1])).isInstanceOf(CancelledException.class);
      assertThatThrownBy(() -> view.write(new byte[1])).isInstanceOf(CancelledException.class);
      assertThatThrownBy(() -> Net.dial(context, "tcp", "127.0.0.1:1"))
          .isInstanceOf(CancelledException.class);
    }
    assertThat(client.read(new byte[1])).isEqualTo(1);
  }

  @Test
  void callsOfOtherContextsGoOn() throws Exception {
    try (var cancelled = Context.background().withCancel();
        var other = Context.background().withCancel()) {
      var view = client.withContext(other);
      var reading = goroutines.start(() -> view.read(new byte[1])).awaitBlockedIn("read");
      var queued = goroutines.start(() -> client.withContext(cancelled).read(new byte[1]));
      cancelled.cancel();
      server.write(new byte[] {1});
      assertThat(reading.join()).isEqualTo(1);
      assertThat(queued.failure()).isInstanceOf(CancelledException.class);
    }
  }

  @Test
  void theCauseOfTheCancellationIsTold() throws Exception {
    try (var context = Context.background().withCancel()) {
      context.cancel(new IllegalStateException("shutting down"));
      assertThatThrownBy(() -> client.withContext(context).read(new byte[1]))
          .isInstanceOf(CancelledException.class)
          .hasRootCauseMessage("shutting down");
    }
  }
}
