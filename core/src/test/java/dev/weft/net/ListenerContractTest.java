package dev.weft.net;

import static dev.weft.net.Bytes.assertRoundTrip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of {@link Listener}, for every kind. */
@Tag("contract")
@Timeout(180)
@ParameterizedClass(name = "{0}")
@EnumSource(ListenerKind.class)
class ListenerContractTest {
  private static final String CLOSED = ": use of closed network connection";

  @Parameter ListenerKind kind;
  private final Goroutines goroutines = new Goroutines();
  private Listener listener;

  @BeforeEach
  void listen() throws IOException {
    listener = kind.listen();
  }

  @AfterEach
  void close() throws Exception {
    listener.close();
    goroutines.close();
  }

  @Test
  void connectsBothEnds() throws Exception {
    assertAccepts();
    assertAccepts();
  }

  @Test
  void connectionsKnowTheAddressOfTheListener() throws Exception {
    try (Conn client = kind.dial(listener);
        Conn server = listener.accept()) {
      assertThat(client.remoteAddress()).isEqualTo(listener.localAddress());
      assertThat(server.localAddress()).isEqualTo(listener.localAddress());
      assertThat(server.remoteAddress()).isEqualTo(client.localAddress());
      assertThat(client.toString()).startsWith(kind.network() + " ");
    }
  }

  @Test
  void aDeadlineEndsAccepting() throws Exception {
    listener.setDeadline(Duration.ofMillis(10));
    assertThatThrownBy(listener::accept)
        .isInstanceOf(SocketTimeoutException.class)
        .hasMessageStartingWith("accept " + kind.network() + " ")
        .hasMessageEndingWith(": i/o timeout");
    listener.setDeadline(null);
    assertAccepts();
  }

  @Test
  void aDeadlineSetMeanwhileEndsAccepting() throws Exception {
    var accepting = goroutines.start(listener::accept).awaitBlockedIn("accept");
    listener.setDeadline(Duration.ofMillis(1));
    assertThat(accepting.failure()).isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void anInterruptEndsAccepting() throws Exception {
    var accepting =
        goroutines
            .start(() -> {
              try {
                throw new AssertionError("accepted " + listener.accept());
              } catch (InterruptedIOException e) {
                assertThat(Thread.currentThread().isInterrupted()).as("stays interrupted").isTrue();
                return e.getMessage();
              }
            })
            .awaitBlockedIn("accept");
    accepting.thread().interrupt();
    assertThat(accepting.join())
        .startsWith("accept " + kind.network() + " ")
        .endsWith(": interrupted");
    assertAccepts();
  }

  @Test
  void cancellingEndsAccepting() throws Exception {
    try (var context = Context.background().withCancel()) {
      var view = listener.withContext(context);
      var accepting = goroutines.start(view::accept).awaitBlockedIn("accept");
      context.cancel();
      assertThat(accepting.failure()).isInstanceOf(CancelledException.class);
      assertAccepts();
      assertThatThrownBy(view::accept).isInstanceOf(CancelledException.class);
    }
  }

  @Test
  void closingAViewClosesTheListener() {
    try (var context = Context.background().withCancel()) {
      listener.withContext(context).close();
      assertThat(listener.isOpen()).isFalse();
    }
  }

  @Test
  void closingEndsAllAccepting() throws Exception {
    List<Running<?>> acceptors = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      acceptors.add(goroutines.start(listener::accept).awaitBlockedIn("accept"));
    }
    listener.close();
    for (Running<?> one : acceptors) {
      assertThat(one.failure())
          .isInstanceOf(ClosedChannelException.class)
          .hasMessageEndingWith(CLOSED);
    }
  }

  @Test
  void everythingFailsAfterClosing() {
    var address = listener.localAddress();
    assertThat(listener.isOpen()).isTrue();
    listener.close();
    listener.close();
    assertThat(listener.isOpen()).isFalse();
    assertThat(listener.localAddress()).isEqualTo(address);
    assertThatThrownBy(listener::accept)
        .isInstanceOf(ClosedChannelException.class)
        .hasMessageEndingWith(CLOSED);
    assertThatThrownBy(() -> listener.setDeadline(null)).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void itsConnectionsOutliveIt() throws Exception {
    try (Conn client = kind.dial(listener);
        Conn server = listener.accept()) {
      listener.close();
      assertRoundTrip(client, server);
    }
  }

  @Test
  void severalAcceptAtOnce() throws Exception {
    List<Running<Conn>> acceptors = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      acceptors.add(goroutines.start(listener::accept));
    }
    for (int i = 0; i < 10; i++) {
      kind.dial(listener).close();
    }
    for (Running<Conn> one : acceptors) {
      try (Conn accepted = one.join()) {
        assertThat(accepted.read(new byte[1])).isEqualTo(-1);
      }
    }
  }

  private void assertAccepts() throws Exception {
    var accepting = goroutines.start(listener::accept);
    try (Conn client = kind.dial(listener);
        Conn server = accepting.join()) {
      assertRoundTrip(client, server);
    }
  }
}
