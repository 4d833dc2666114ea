package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.context.DeadlineExceededException;
import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What ends a wait for a datagram: deadlines, closing, interrupts, contexts. */
@Tag("contract")
@Timeout(180)
class UdpWaitingTest {
  private final Goroutines goroutines = new Goroutines();
  private UdpPair pair;
  private UdpConn server;
  private UdpConn client;

  @BeforeEach
  void open() throws IOException {
    pair = UdpPair.open();
    server = pair.server();
    client = pair.client();
  }

  @AfterEach
  void close() throws Exception {
    pair.close();
    goroutines.close();
  }

  private void assertStillWorks() throws IOException {
    client.write(new byte[] {1, 2, 3});
    try (Datagram datagram = server.receive()) {
      server.reply(datagram);
    }
    assertThat(client.read(new byte[10])).isEqualTo(3);
  }

  // Deadlines

  @Test
  void aPastDeadlineFailsAtOnceEvenWhenADatagramIsThere() throws Exception {
    client.write(new byte[] {1});
    server.setReadDeadline(Duration.ZERO);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(server::receive)
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessage("read udp " + UdpPair.address(server) + ": i/o timeout");
    }
    server.setReadDeadline(null);
    assertThat(server.read(new byte[10])).isEqualTo(1);
  }

  @Test
  void aFutureDeadlineFires() throws Exception {
    client.setReadDeadline(Duration.ofMillis(10));
    assertThatThrownBy(() -> client.read(new byte[1]))
        .isInstanceOf(SocketTimeoutException.class)
        .hasMessage(
            "read udp "
                + UdpPair.address(client)
                + "->"
                + UdpPair.address(server)
                + ": i/o timeout");
    client.setReadDeadline(Duration.ofHours(1));
    assertStillWorks();
  }

  @Test
  void theDeadlineSetDuringACallHoldsForIt() throws Exception {
    var receiving = goroutines.start(server::receive).awaitBlockedIn("receive");
    server.setReadDeadline(Duration.ZERO);
    assertThat(receiving.failure()).isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void eachDirectionHasItsOwn() throws Exception {
    server.setReadDeadline(Duration.ZERO);
    client.setWriteDeadline(Duration.ZERO);
    assertThatThrownBy(() -> client.write(new byte[1]))
        .isInstanceOf(SocketTimeoutException.class)
        .hasMessageStartingWith("write udp ")
        .hasMessageEndingWith(": i/o timeout");
    server.send(new byte[2], client.localAddress());
    assertThat(client.read(new byte[10])).isEqualTo(2);
    client.setDeadline(Duration.ofHours(1));
    server.setDeadline(null);
    assertStillWorks();
  }

  // Closing

  @Test
  void closingWakesEveryReceiver() throws Exception {
    String message = "read udp " + UdpPair.address(server) + ": use of closed network connection";
    var first = goroutines.start(server::receive).awaitBlockedIn("receive");
    var second = goroutines.start(server::receive).awaitBlockedIn("lockRead");
    server.close();
    server.close();
    assertThat(first.failure()).isInstanceOf(ClosedChannelException.class).hasMessage(message);
    assertThat(second.failure()).isInstanceOf(ClosedChannelException.class).hasMessage(message);
  }

  @Test
  void nothingWorksAfterClosing() throws Exception {
    client.close();
    String end =
        " udp "
            + UdpPair.address(client)
            + "->"
            + UdpPair.address(server)
            + ": use of closed network connection";
    assertThatThrownBy(client::receive).hasMessage("read" + end);
    assertThatThrownBy(() -> client.read(new byte[1])).hasMessage("read" + end);
    assertThatThrownBy(() -> client.write(new byte[1]))
        .isInstanceOf(ClosedChannelException.class)
        .hasMessage("write" + end);
    assertThatThrownBy(() -> client.setDeadline(null)).hasMessage("set read deadline" + end);
  }

  // Interrupts

  @Test
  void anInterruptEndsTheWaitAndNothingElse() throws Exception {
    var receiving =
        goroutines.start(() -> {
          try {
            throw new AssertionError("received " + server.receive());
          } catch (InterruptedIOException e) {
            assertThat(e).hasMessage("read udp " + UdpPair.address(server) + ": interrupted");
            return Thread.currentThread().isInterrupted();
          }
        });
    receiving.awaitBlockedIn("receive").thread().interrupt();
    assertThat(receiving.join()).as("stays interrupted").isTrue();
    assertStillWorks();
  }

  @Test
  void anInterruptCountsOnlyWhereACallHasToWait() throws Exception {
    client.write(new byte[] {1});
    server.receive().close();
    client.write(new byte[] {1, 2});
    var running =
        goroutines.start(() -> {
          Thread.currentThread().interrupt();
          return server.read(new byte[10]);
        });
    assertThat(running.join()).isEqualTo(2);
  }

  // Contexts

  @Test
  void cancellingEndsTheWait() throws Exception {
    try (var context = Context.background().withCancel()) {
      var view = server.withContext(context);
      var receiving = goroutines.start(view::receive).awaitBlockedIn("receive");
      context.cancel();
      assertThat(receiving.failure()).isInstanceOf(CancelledException.class);
      assertThatThrownBy(() -> client.withContext(context).write(new byte[1]))
          .isInstanceOf(CancelledException.class);
    }
    assertStillWorks();
  }

  @Test
  void aContextsDeadlineEndsTheWait() throws Exception {
    try (var context = Context.background().withTimeout(Duration.ofMillis(10))) {
      assertThatThrownBy(() -> server.withContext(context).receive())
          .isInstanceOf(DeadlineExceededException.class);
    }
    assertStillWorks();
  }
}
