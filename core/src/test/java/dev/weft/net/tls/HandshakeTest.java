package dev.weft.net.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.net.Pipe;
import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the two sides agree on, and how they say that they do not. */
@Timeout(180)
class HandshakeTest {
  private static final TlsConfig SERVER =
      TlsConfig.builder().certificate(TestCertificates.server()).build();

  private static TlsConfig.Builder client() {
    return TlsConfig.builder().trust(TestCertificates.authorities());
  }

  private static TlsConfig.Builder server() {
    return TlsConfig.builder().certificate(TestCertificates.server());
  }

  // Agreement

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void bothVersionsCarryBytesBothWays(String version) throws Exception {
    TlsConfig config = client().protocols(version).build();
    try (TlsPair pair = TlsPair.of(config, SERVER).shakeHands()) {
      assertThat(pair.client().protocol()).isEqualTo(version);
      assertThat(pair.server().protocol()).isEqualTo(version);
      pair.client().write("ping".getBytes(US_ASCII));
      assertThat(readFour(pair.server())).isEqualTo("ping");
      pair.server().write("pong".getBytes(US_ASCII));
      assertThat(readFour(pair.client())).isEqualTo("pong");
      assertThat(config.stats().versions()).containsEntry(version, 1L);
      assertThat(config.stats().full()).isEqualTo(1);
      assertThat(pair.client().peerCertificates()[0])
          .isEqualTo(TestCertificates.server().chain().getFirst());
    }
  }

  @Test
  void aListenerIsToldOfHandshakesAndOfFailures() throws Exception {
    Queue<String> told = new ConcurrentLinkedQueue<>();
    HandshakeListener listener =
        (session, isClient, _, took, failure) -> {
          assertThat(took).isPositive();
          told.add((isClient ? "client " : "server ") + session.getProtocol() + " " + failure);
          throw new IllegalStateException("logged, and of no consequence");
        };
    TlsConfig config = client().onHandshake(listener).build();
    try (TlsPair _ = TlsPair.of(config, server().onHandshake(listener).build()).shakeHands()) {
      assertThat(told).containsExactlyInAnyOrder("client TLSv1.3 null", "server TLSv1.3 null");
    }
    told.clear();
    try (TlsPair pair = TlsPair.of(config, SERVER, "elsewhere.example")) {
      assertThatThrownBy(pair::shakeHands).isInstanceOf(SSLHandshakeException.class);
    }
    assertThat(told).singleElement().asString().startsWith("client NONE javax.net.ssl.SSLHand");
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void aDotAtTheEndOfTheServersNameIsLeftOut(TlsProvider provider) throws Exception {
    assumeThat(provider.isAvailable()).isTrue();
    TlsConfig config = client().provider(provider).build();
    try (TlsPair pair = TlsPair.of(config, SERVER, "localhost.").shakeHands()) {
      assertThat(pair.client().session().getPeerHost()).isEqualTo("localhost");
    }
  }

  private static String readFour(TlsConn conn) throws Exception {
    byte[] bytes = new byte[4];
    assertThat(conn.read(bytes)).isEqualTo(4);
    return new String(bytes, US_ASCII);
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA", "Ed25519"})
  void keysOfEveryKindServe(String keyType) throws Exception {
    TlsConfig config =
        TlsConfig.builder().certificate(TestCertificates.named(keyType, "localhost")).build();
    try (TlsPair pair = TlsPair.of(client().build(), config).shakeHands()) {
      assertThat(pair.client().session().isValid()).isTrue();
    }
  }

  @Test
  void theServersFavouriteAmongTheClientsProtocolsIsTaken() throws Exception {
    TlsConfig offering = client().applicationProtocols("h2", "http/1.1", "x").build();
    TlsConfig accepting = server().applicationProtocols("x", "http/1.1").build();
    try (TlsPair pair = TlsPair.of(offering, accepting).shakeHands()) {
      assertThat(pair.client().applicationProtocol()).isEqualTo("x");
      assertThat(pair.server().applicationProtocol()).isEqualTo("x");
    }
  }

  @Test
  void withoutProtocolsThereIsNone() throws Exception {
    TlsConfig accepting = server().applicationProtocols("http/1.1").build();
    try (TlsPair pair = TlsPair.of(client().build(), accepting).shakeHands()) {
      assertThat(pair.client().applicationProtocol()).isEmpty();
      assertThat(pair.server().applicationProtocol()).isEmpty();
    }
  }

  // Deadlines

  /** The client of a server that says nothing, with a handshake that has plenty of time. */
  private static TlsConn silentlyServed(Pipe pipe) {
    return client().handshakeTimeout(Duration.ofHours(1)).build().client(pipe.first(), "localhost");
  }

  @Test
  void aWriteEndsByItsDeadlineAlsoInItsHandshakeWhichTheNextOneContinues() throws Exception {
    try (Pipe pipe = Pipe.open();
        Goroutines goroutines = new Goroutines();
        TlsConn conn = silentlyServed(pipe)) {
      conn.setWriteDeadline(Duration.ofMillis(10));
      assertThatThrownBy(() -> conn.write(new byte[1]))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageStartingWith("write ");
      conn.setWriteDeadline(null);
      TlsConn server = SERVER.server(pipe.second());
      var reading = goroutines.start(() -> server.read(new byte[2]));
      conn.write(new byte[1]);
      assertThat(reading.join()).isEqualTo(1);
    }
  }

  @Test
  void aWriteBehindTheHandshakeOfAReadEndsByItsDeadline() throws Exception {
    try (Pipe pipe = Pipe.open();
        Goroutines goroutines = new Goroutines();
        TlsConn conn = silentlyServed(pipe)) {
      var reading = goroutines.start(() -> conn.read(new byte[1])).awaitBlockedIn("make");
      conn.setWriteDeadline(Duration.ofMillis(10));
      assertThatThrownBy(() -> conn.write(new byte[1]))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageStartingWith("write ");
      conn.setWriteDeadline(null);
      var first = goroutines.go(() -> conn.write(new byte[1])).awaitBlockedIn("lock");
      var second = goroutines.go(() -> conn.write(new byte[1])).awaitBlockedIn("lock");
      conn.setWriteDeadline(Duration.ZERO);
      assertThat(first.failure()).isInstanceOf(SocketTimeoutException.class);
      assertThat(second.failure()).isInstanceOf(SocketTimeoutException.class);
      assertThat(reading.isDone()).isFalse();
      conn.setWriteDeadline(null);
      SERVER.server(pipe.second()).write(new byte[1]);
      assertThat(reading.join()).isEqualTo(1);
    }
  }

  // Refusal

  /** The peer ends the connection behind the alert, and a write meets that first. */
  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void aWriteFailsWithTheAlertThatNoReadHasMet(TlsProvider provider) throws Exception {
    assumeThat(provider.isAvailable()).isTrue();
    TlsConfig demanding =
        server().clientAuth(ClientAuth.REQUIRED).trust(TestCertificates.authorities()).build();
    try (Pipe pipe = Pipe.open();
        Goroutines goroutines = new Goroutines();
        TlsConn conn = client().provider(provider).build().client(pipe.first(), "localhost")) {
      var serving = goroutines.go(() -> demanding.server(pipe.second()).handshake());
      conn.handshake();
      assertThat(serving.failure()).isInstanceOf(SSLHandshakeException.class);
      pipe.second().close();
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> conn.write(new byte[1]))
            .isInstanceOf(SSLException.class)
            .hasMessageStartingWith("write ")
            .hasMessageContaining("alert certificate_required");
      }
      assertThatThrownBy(() -> conn.read(new byte[1]))
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("alert certificate_required");
    }
  }

  @Test
  void noSharedApplicationProtocolIsNamedByBothSides() throws Exception {
    TlsConfig offering = client().applicationProtocols("h2").build();
    TlsConfig accepting = server().applicationProtocols("http/1.1").build();
    try (TlsPair pair = TlsPair.of(offering, accepting)) {
      assertThatThrownBy(pair::shakeHands)
          .isInstanceOf(SSLHandshakeException.class)
          .hasMessageStartingWith("tls handshake pipe ")
          .hasMessageContaining("peer sent alert no_application_protocol")
          .hasMessageEndingWith("; the two sides share no ALPN protocol");
    }
    assertThat(accepting.stats().failed()).containsEntry("no_application_protocol", 1L);
    assertThat(offering.stats().failed()).containsEntry("no_application_protocol", 1L);
  }

  @Test
  void noSharedVersionIsNamed() throws Exception {
    TlsConfig old = client().protocols("TLSv1.2").build();
    TlsConfig recent = server().protocols("TLSv1.3").build();
    try (TlsPair pair = TlsPair.of(old, recent)) {
      assertThatThrownBy(pair::shakeHands)
          .isInstanceOf(SSLHandshakeException.class)
          .hasMessageContaining("protocol_version; the two sides share no TLS version");
    }
  }

  @Test
  void aCertificateForAnotherNameIsRefused() throws Exception {
    TlsConfig config = client().build();
    try (TlsPair pair = TlsPair.of(config, SERVER, "example.com")) {
      assertThatThrownBy(pair::shakeHands)
          .isInstanceOf(SSLHandshakeException.class)
          .hasMessageContaining("example.com")
          .hasMessageContaining("(alert certificate_unknown)");
    }
    assertThat(config.stats().failed()).containsEntry("certificate_unknown", 1L);
  }

  @Test
  void addressesAreVerifiedLikeNames() throws Exception {
    try (TlsPair pair = TlsPair.of(client().build(), SERVER, "127.0.0.1").shakeHands()) {
      assertThat(pair.client().protocol()).isEqualTo("TLSv1.3");
    }
    try (TlsPair pair = TlsPair.of(client().build(), SERVER, "127.0.0.2")) {
      assertThatThrownBy(pair::shakeHands).isInstanceOf(SSLHandshakeException.class);
    }
  }

  @Test
  void theNameIsNotVerifiedWhenThatWasAskedFor() throws Exception {
    TlsConfig config = client().withoutHostnameVerification().build();
    try (TlsPair pair = TlsPair.of(config, SERVER, "example.com").shakeHands()) {
      assertThat(pair.client().protocol()).isEqualTo("TLSv1.3");
    }
  }

  @Test
  void aCertificateOfAnUnknownAuthorityIsRefusedAndTheServerIsTold() throws Exception {
    TlsConfig config = TlsConfig.builder().certificate(TestCertificates.stranger()).build();
    try (TlsPair pair = TlsPair.of(client().build(), config)) {
      assertThat(pair.serverFailure())
          .isInstanceOf(SSLHandshakeException.class)
          .hasMessageContaining("peer sent alert certificate_unknown");
    }
  }

  @Test
  void aConnectionWhoseHandshakeFailedCarriesNothing() throws Exception {
    try (TlsPair pair = TlsPair.of(client().build(), SERVER, "example.com")) {
      assertThatThrownBy(pair::shakeHands).isInstanceOf(SSLHandshakeException.class);
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> pair.client().write(new byte[1]))
            .isInstanceOf(SSLHandshakeException.class)
            .hasMessageContaining("example.com");
        assertThatThrownBy(() -> pair.client().read(new byte[1]))
            .isInstanceOf(SSLHandshakeException.class);
      }
    }
  }

  @Test
  void aServerNeedsACertificate() throws IOException {
    assertThatThrownBy(() -> TlsConfig.builder().build().server(Pipe.open().first()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("certificate");
  }

  @Test
  void unknownVersionsAndCipherSuitesAreRefusedWhenTheConfigurationIsMade() {
    assertThatThrownBy(() -> server().protocols("TLSv9").build())
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> server().cipherSuites("TLS_ROT13").build())
        .isInstanceOf(IllegalArgumentException.class);
  }

  // Peers that do not play along

  @Test
  void aSilentPeerHoldsNoHandshakeLongerThanItsTime() throws IOException {
    Pipe pipe = Pipe.open();
    TlsConfig config = server().handshakeTimeout(Duration.ofMillis(20)).build();
    try (TlsConn conn = config.server(pipe.first())) {
      assertThatThrownBy(conn::handshake)
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageStartingWith("tls handshake pipe ")
          .hasMessageEndingWith(": not finished within 20 ms");
    }
    assertThat(config.stats().failed()).containsEntry("none", 1L);
  }

  @Test
  void aPeerThatStopsInTheMiddleHoldsItNoLonger() throws Exception {
    Pipe pipe = Pipe.open();
    TlsConfig config = server().handshakeTimeout(Duration.ofMillis(20)).build();
    try (TlsConn conn = config.server(pipe.first())) {
      pipe.second().write(new byte[] {22, 3, 1, 1, 0, 1}); // of 256 bytes, one comes
      assertThatThrownBy(conn::handshake).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void aDeadlineOfTheCallersEndsTheCallAndTheHandshakeGoesOnLater() throws Exception {
    try (TlsPair pair = TlsPair.of(client().build(), SERVER)) {
      pair.client().setReadDeadline(Duration.ofMillis(1));
      assertThatThrownBy(() -> pair.client().read(new byte[1]))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageEndingWith("i/o timeout");
      pair.client().setReadDeadline(null);
      pair.shakeHands();
      assertThat(pair.client().protocol()).isEqualTo("TLSv1.3");
    }
  }

  @Test
  void textInsteadOfAHandshakeIsNamedAndMayBeAnswered() throws Exception {
    for (TlsConfig config : List.of(SERVER, limited())) {
      Pipe pipe = Pipe.open();
      try (TlsConn conn = config.server(pipe.first())) {
        pipe.second().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
        assertThatThrownBy(conn::handshake)
            .isInstanceOfSatisfying(
                NoTlsException.class,
                e -> {
                  assertThat(e.begin()).isEqualTo("GET /");
                  assertThat(e.conn()).isSameAs(pipe.first());
                })
            .hasMessageStartingWith("tls handshake pipe")
            .hasMessageEndingWith("does not speak TLS: it sent \"GET /\"");
        pipe.first().write(new byte[] {'4'});
      }
      byte[] answer = new byte[16];
      assertThat(pipe.second().read(answer)).as("no alert").isEqualTo(1);
    }
  }

  private static TlsConfig limited() {
    return TlsConfig.builder()
        .certificate(TestCertificates.server())
        .concurrentHandshakes(1)
        .build();
  }

  @Test
  void otherBytesInsteadOfAHandshakeAreAnsweredWithAnAlert() throws Exception {
    Pipe pipe = Pipe.open();
    try (TlsConn conn = SERVER.server(pipe.first())) {
      pipe.second().write(new byte[16]);
      assertThatThrownBy(conn::handshake).isInstanceOf(SSLHandshakeException.class);
      byte[] alert = new byte[16];
      assertThat(pipe.second().read(alert)).as("an alert").isGreaterThanOrEqualTo(7);
      assertThat(alert[0]).as("the type of its record").isEqualTo((byte) 21);
    }
  }

  @Test
  void garbageInsideAHandshakeIsNamed() throws Exception {
    Pipe pipe = Pipe.open();
    try (TlsConn conn = client().build().client(pipe.first(), "localhost");
        Goroutines goroutines = new Goroutines()) {
      var shaking = goroutines.go(conn::handshake);
      assertThat(pipe.second().read(new byte[2_000])).as("the hello").isPositive();
      pipe.second().write(new byte[] {22, 3, 3, 0, 4, 99, 0, 0, 0}); // a message of no known type
      assertThat(shaking.failure())
          .isInstanceOf(SSLHandshakeException.class)
          .hasMessageStartingWith("tls handshake pipe ")
          .hasMessageContaining("99");
    }
  }

  /** As OpenSSL's clients refuse a certificate of TLS 1.3. */
  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void anAlertInTheClearIsNamedByAServerThatHasKeys(TlsProvider provider) throws Exception {
    TlsConfig config =
        TlsConfig.builder().provider(provider).certificate(TestCertificates.server()).build();
    Pipe near = Pipe.open();
    Pipe far = Pipe.open();
    try (Goroutines goroutines = new Goroutines();
        TlsConn server = config.server(far.second())) {
      TlsConn client = client().build().client(near.first(), "localhost");
      var asking = goroutines.go(client::handshake);
      byte[] bytes = new byte[20_000];
      int hello = near.second().read(bytes);
      client.close();
      assertThat(asking.failure()).isInstanceOf(ClosedChannelException.class);
      var serving = goroutines.go(server::handshake);
      far.first().write(bytes, 0, hello);
      assertThat(far.first().read(bytes)).as("the server's part").isPositive();
      far.first().write(new byte[] {21, 3, 3, 0, 2, 2, 48});
      assertThat(serving.failure())
          .isInstanceOf(SSLHandshakeException.class)
          .hasMessageContaining("peer sent alert unknown_ca; ");
    }
    assertThat(config.stats().failed()).containsOnly(Map.entry("unknown_ca", 1L));
  }

  @Test
  void anEndInsideAHandshakeIsNamed() throws Exception {
    Pipe pipe = Pipe.open();
    try (TlsConn conn = SERVER.server(pipe.first())) {
      pipe.second().close();
      assertThatThrownBy(conn::handshake)
          .isInstanceOf(SSLHandshakeException.class)
          .hasMessageStartingWith("tls handshake pipe ")
          .hasMessageEndingWith(": the peer ended the connection in the handshake");
    }
  }

  @Test
  void theEndOfReadingEndsAHandshake() throws Exception {
    Pipe pipe = Pipe.open();
    try (TlsConn conn = SERVER.server(pipe.first())) {
      conn.closeRead();
      assertThatThrownBy(conn::handshake).isInstanceOf(SSLException.class);
    }
  }

  @Test
  void closingEndsAHandshake() throws Exception {
    Pipe pipe = Pipe.open();
    try (Goroutines goroutines = new Goroutines()) {
      TlsConn conn = SERVER.server(pipe.first());
      var shaking = goroutines.go(conn::handshake).awaitBlockedIn("handshake");
      conn.close();
      assertThat(shaking.failure())
          .isInstanceOf(ClosedChannelException.class)
          .hasMessageEndingWith("use of closed network connection");
    }
  }

  @Test
  void theTotalCountsTheHandshakesOfAllConfigurations() throws Exception {
    TlsStats before = TlsConfig.totalStats();
    TlsConfig config = client().protocols("TLSv1.2").build();
    TlsPair.of(config, SERVER).shakeHands().close();
    assertThatThrownBy(() -> TlsPair.of(config, SERVER, "example.com").shakeHands())
        .isInstanceOf(SSLHandshakeException.class);
    TlsStats both = before.plus(config.stats());
    TlsStats after = TlsConfig.totalStats();
    assertThat(after.full()).isGreaterThanOrEqualTo(both.full());
    assertThat(after.versions().get("TLSv1.2"))
        .isGreaterThanOrEqualTo(both.versions().get("TLSv1.2"));
    assertThat(after.failed().get("certificate_unknown"))
        .isGreaterThanOrEqualTo(both.failed().get("certificate_unknown"));
  }

  @Test
  void manyMayWaitForOneHandshake() throws Exception {
    try (TlsPair pair = TlsPair.of(client().build(), SERVER);
        Goroutines goroutines = new Goroutines()) {
      for (TlsConn end : List.of(pair.client(), pair.server())) {
        for (int i = 0; i < 10; i++) {
          goroutines.go(end::handshake);
        }
      }
    }
    assertThat(SERVER.stats().failed()).doesNotContainKey("unexpected_message");
  }
}
