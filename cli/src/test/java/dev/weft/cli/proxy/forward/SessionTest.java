package dev.weft.cli.proxy.forward;

import static dev.weft.cli.proxy.ProxyTester.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Weft;
import dev.weft.cli.proxy.settings.Backend;
import dev.weft.cli.proxy.settings.Timeouts;
import dev.weft.cli.proxy.targets.Target;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.Pipe;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a connection's time is over, with a clock of the test's own. */
class SessionTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final Target TARGET = new Target(Backend.parse("h:1"), () -> 0);

  private Pipe client;
  private Pipe target;

  @BeforeEach
  void open() throws Exception {
    client = Pipe.open();
    target = Pipe.open();
  }

  @AfterEach
  void close() {
    client.close();
    target.close();
  }

  private Session session(@Nullable Duration idle, @Nullable Duration total) {
    return new Session(client.first(), new Timeouts(Duration.ofSeconds(5), idle, total), 0);
  }

  @Test
  void theIdleTimeIsCountedFromTheLastByteInEitherDirection() {
    Session session = session(Duration.ofSeconds(10), null);
    session.connected(TARGET, target.first());
    session.check(9 * SECOND);
    session.sent.set(1);
    session.check(10 * SECOND); // notices the byte
    session.check(19 * SECOND);
    session.received.set(1);
    session.check(20 * SECOND);
    session.check(30 * SECOND - 1);
    assertThat(session.ending()).isNull();
    session.check(30 * SECOND);
    assertThat(session.ending()).isEqualTo(Ending.IDLE);
    assertThat(client.first().isOpen()).isFalse();
    assertThat(target.first().isOpen()).isFalse();
  }

  @Test
  void aDialIsNotIdle() {
    Session session = session(Duration.ofSeconds(1), null);
    session.check(100 * SECOND);
    session.connected(TARGET, target.first());
    session.check(101 * SECOND - 1);
    assertThat(session.ending()).isNull();
    session.check(101 * SECOND);
    assertThat(session.ending()).isEqualTo(Ending.IDLE);
  }

  /** One goroutine looks at all connections: it must not wait behind the one that reads. */
  @Test
  void lookingForAClientThatIsGoneDoesNotWaitForItsHandshake() throws Exception {
    try (Listener listener = Net.listen("tcp", "127.0.0.1:0");
        Conn client = Net.dial(listener.localAddress());
        Conn accepted = listener.accept()) {
      Session session = new Session(accepted, new Timeouts(Duration.ofSeconds(5), null, null), 0);
      Thread handshake =
          Weft.go(() -> assertThatThrownBy(() -> accepted.read(new byte[1])).isNotNull());
      eventually("the handshake waits", () -> handshake.getState() == Thread.State.WAITING);
      Thread watch = Weft.go(() -> session.check(SECOND));
      assertThat(watch.join(Duration.ofMinutes(1))).isTrue();
      assertThat(session.ending()).isNull();
      accepted.close();
      handshake.join();
    }
  }

  @Test
  void theTotalTimeIsOverWhateverMoves() {
    Session session = session(null, Duration.ofSeconds(10));
    session.check(10 * SECOND - 1);
    assertThat(session.ending()).isNull();
    session.sent.set(1);
    session.check(10 * SECOND);
    assertThat(session.ending()).isEqualTo(Ending.TOO_LONG);
    assertThat(session.context.isCancelled()).isTrue();
  }

  @Test
  void whatAClientWasRefusedForIsShortened() {
    Session session = session(null, null);
    session.failed(new IOException("refused: " + "x".repeat(10_000)));
    assertThat(session.failure()).startsWith("refused: x").hasSize(500);
  }

  @Test
  void theFirstReasonCounts() {
    Session session = session(null, null);
    session.end(Ending.IDLE);
    assertThat(session.ended(Ending.CLIENT_FAILED)).isEqualTo(Ending.IDLE);
    assertThat(session.ending()).isEqualTo(Ending.IDLE);
  }

  @Test
  void aTargetThatConnectsAfterTheEndIsClosed() {
    Session session = session(null, null);
    session.end(Ending.STOPPED);
    session.connected(TARGET, target.first());
    assertThat(target.first().isOpen()).isFalse();
  }
}
