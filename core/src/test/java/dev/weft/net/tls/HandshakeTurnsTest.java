package dev.weft.net.tls;

import static dev.weft.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.Weft;
import dev.weft.context.CancellableContext;
import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.net.Pipe;
import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No more handshakes of a server than allowed work at once, and none keeps its turn. */
@Timeout(180)
class HandshakeTurnsTest {
  private static final Duration LONG = Duration.ofMinutes(2);

  private Pipe pipe;

  @BeforeEach
  void open() throws IOException {
    pipe = Pipe.open();
  }

  @AfterEach
  void close() {
    pipe.first().close();
    pipe.second().close();
  }

  private static TlsConfig.Builder server(TlsProvider provider) {
    assumeTrue(provider.isAvailable(), "netty-tcnative has no BoringSSL for this platform");
    return TlsConfig.builder()
        .provider(provider)
        .certificate(TestCertificates.server())
        .handshakeTimeout(LONG)
        .concurrentHandshakes(1);
  }

  private static TlsConfig client(TlsProvider provider) {
    return TlsConfig.builder()
        .provider(provider)
        .trust(TestCertificates.authorities())
        .handshakeTimeout(LONG)
        .build();
  }

  private static HandshakeTurns turnsOf(TlsConfig config) {
    return Objects.requireNonNull(config.handshakeTurns());
  }

  /** A turn that is held until it is given back. */
  private HandshakeTurns.Turn hold(HandshakeTurns turns) throws IOException {
    HandshakeTurns.Turn turn = turns.new Turn(pipe.first());
    turn.take(Context.background());
    return turn;
  }

  @Test
  void noMoreAreHeldThanThereAre() throws Exception {
    HandshakeTurns turns = new HandshakeTurns(3);
    AtomicInteger held = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (Goroutines goroutines = new Goroutines()) {
      for (int i = 0; i < 20; i++) {
        goroutines.go(() -> {
          HandshakeTurns.Turn turn = turns.new Turn(pipe.first());
          for (int j = 0; j < 50; j++) {
            turn.take(Context.background());
            most.accumulateAndGet(held.incrementAndGet(), Math::max);
            Weft.yield();
            held.decrementAndGet();
            turn.give();
          }
        });
      }
    }
    assertThat(most.get()).isBetween(1, 3);
    assertThat(turns.free()).isEqualTo(3);
  }

  @Test
  void thoseThatHaveBegunComeFirst() throws Exception {
    HandshakeTurns turns = new HandshakeTurns(1);
    HandshakeTurns.Turn begun = hold(turns);
    begun.give();
    HandshakeTurns.Turn holder = hold(turns);
    List<String> order = new ArrayList<>();
    try (Goroutines goroutines = new Goroutines()) {
      goroutines.go(() -> record(turns.new Turn(pipe.first()), "fresh", order));
      eventually("the fresh one waits", () -> turns.waiting() == 1);
      goroutines.go(() -> record(begun, "begun", order));
      eventually("both wait", () -> turns.waiting() == 2);
      holder.give();
    }
    assertThat(order).containsExactly("begun", "fresh");
  }

  /** The list is only changed by the one that has the turn. */
  private void record(HandshakeTurns.Turn turn, String name, List<String> order)
      throws IOException {
    turn.take(Context.background());
    order.add(name);
    turn.give();
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void aHandshakeWaitsForItsTurn(TlsProvider provider) throws Exception {
    TlsConfig config = server(provider).build();
    HandshakeTurns turns = turnsOf(config);
    HandshakeTurns.Turn held = hold(turns);
    try (TlsPair pair = TlsPair.of(client(provider), config);
        Goroutines goroutines = new Goroutines()) {
      var shaking = goroutines.go(pair::shakeHands);
      eventually("the server waits", () -> turns.waiting() == 1);
      held.give();
      shaking.join();
    }
    assertThat(turns.free()).isEqualTo(1);
    assertThat(config.stats().waits()).isPositive();
    assertThat(config.stats().refused()).isZero();
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void aHandshakeWithoutATurnInTimeIsRefusedAndCounted(TlsProvider provider) throws Exception {
    TlsConfig config = server(provider).handshakeTimeout(Duration.ofMillis(50)).build();
    HandshakeTurns turns = turnsOf(config);
    HandshakeTurns.Turn held = hold(turns);
    Throwable failure;
    do {
      failure = serverFailure(client(provider), config);
      assertThat(failure).isInstanceOf(SocketTimeoutException.class);
    } while (config.stats().refused() == 0); // a hello may come too late to wait for a turn
    assertThat(failure)
        .hasMessageStartingWith("tls handshake pipe ")
        .hasMessageContaining("not finished within 50 ms, because too many others");
    assertThat(config.stats().refused()).isEqualTo(1);
    assertThat(config.stats().failed().get("none")).isPositive();
    assertThat(turns.waiting()).isZero();
    held.give();
    assertThat(turns.free()).isEqualTo(1);
  }

  private static Throwable serverFailure(TlsConfig client, TlsConfig server) throws Exception {
    try (TlsPair pair = TlsPair.of(client, server);
        Goroutines goroutines = new Goroutines()) {
      goroutines.go(
          () -> assertThatThrownBy(pair.client()::handshake).isInstanceOf(IOException.class));
      Throwable failure = catchThrowable(pair.server()::handshake);
      pair.server().close();
      return failure;
    }
  }

  /** They say nothing, half a record, or a hello and nothing more. */
  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void peersThatStopHoldUpNoOther(TlsProvider provider) throws Exception {
    TlsConfig config = server(provider).build();
    Pipe silent = Pipe.open();
    Pipe half = Pipe.open();
    Pipe near = Pipe.open();
    Pipe far = Pipe.open();
    try (TlsConn toSilent = config.server(silent.second());
        TlsConn toHalf = config.server(half.second());
        TlsConn toStopped = config.server(far.second());
        TlsConn stopped = client(provider).client(near.first(), "localhost")) {
      Goroutines goroutines = new Goroutines();
      List<TlsConn> servers = List.of(toSilent, toHalf, toStopped);
      for (TlsConn each : servers) {
        goroutines.go(() -> assertThatThrownBy(each::handshake).isInstanceOf(IOException.class));
      }
      goroutines.go(() -> assertThatThrownBy(stopped::handshake).isInstanceOf(IOException.class));
      half.first().write(new byte[] {22, 3, 1, 2, 0, 1});
      byte[] hello = new byte[10_000];
      far.first().write(hello, 0, near.second().read(hello));
      far.first().awaitReadable(); // the server's answer, which is passed to no client
      for (int i = 0; i < 3; i++) {
        try (TlsPair pair = TlsPair.of(client(provider), config)) {
          pair.shakeHands();
        }
      }
      assertThat(servers).allMatch(TlsConn::isOpen);
      servers.forEach(TlsConn::close);
      stopped.close();
      goroutines.close();
    }
    assertThat(turnsOf(config).free()).isEqualTo(1);
    assertThat(config.stats().refused()).isZero();
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void aFailedHandshakeKeepsNoTurnAndIsNotDelayed(TlsProvider provider) throws Exception {
    TlsConfig config = server(provider).build();
    try (TlsConn conn = config.server(pipe.second())) {
      pipe.first().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
      assertThatThrownBy(conn::handshake).isInstanceOf(SSLHandshakeException.class);
    }
    assertThat(turnsOf(config).free()).isEqualTo(1);
  }

  @Test
  void aWaitEndsWithItsContextItsThreadAndItsConnection() throws Exception {
    TlsConfig config = server(TlsProvider.JDK).build();
    HandshakeTurns turns = turnsOf(config);
    HandshakeTurns.Turn held = hold(turns);
    try (TlsPair pair = TlsPair.of(client(TlsProvider.JDK), config);
        CancellableContext context = Context.background().withCancel();
        Goroutines goroutines = new Goroutines()) {
      var client =
          goroutines.go(
              () -> assertThatThrownBy(pair.client()::handshake).isInstanceOf(IOException.class));

      var cancelled = goroutines.go(pair.server().withContext(context)::handshake);
      eventually("it waits", () -> turns.waiting() == 1);
      context.cancel();
      assertThat(cancelled.failure()).isInstanceOf(CancelledException.class);

      var interrupted = goroutines.go(pair.server()::handshake);
      eventually("it waits", () -> turns.waiting() == 1);
      interrupted.thread().interrupt();
      assertThat(interrupted.failure()).isInstanceOf(InterruptedIOException.class);

      var closed = goroutines.go(pair.server()::handshake);
      eventually("it waits", () -> turns.waiting() == 1);
      pair.server().close();
      assertThat(closed.failure()).isInstanceOf(ClosedChannelException.class);
      client.join();
    }
    assertThat(turns.waiting()).isZero();
    held.give();
    assertThat(turns.free()).isEqualTo(1);
    assertThat(config.stats().refused()).isZero();
  }

  @Test
  void aConfigurationTellsItsLimit() {
    assertThat(server(TlsProvider.JDK).concurrentHandshakes(3).build().concurrentHandshakes())
        .isEqualTo(3);
    assertThat(client(TlsProvider.JDK).concurrentHandshakes()).isZero();
  }

  @Test
  void lessThanOneIsRefused() {
    assertThatThrownBy(() -> TlsConfig.builder().concurrentHandshakes(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("concurrentHandshakes is 0, but must be 1 or more");
  }
}
