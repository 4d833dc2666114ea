package dev.weft.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.net.Pipe;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is particular to BoringSSL, and that the two engines understand each other. */
@Timeout(180)
class BoringSslTest {
  @BeforeEach
  void lookForIt() {
    assumeTrue(
        TlsProvider.BORINGSSL.isAvailable(), "netty-tcnative has no BoringSSL for this platform");
  }

  private static TlsConfig.Builder server(TlsProvider provider) {
    return TlsConfig.builder().provider(provider).certificate(TestCertificates.server());
  }

  private static TlsConfig.Builder client(TlsProvider provider) {
    return TlsConfig.builder().provider(provider).trust(TestCertificates.authorities());
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void bytesGoBothWaysBetweenTheEngines(TlsProvider provider) throws Exception {
    for (TlsProvider other : TlsProvider.values()) {
      try (TlsPair pair =
          TlsPair.of(client(provider).build(), server(other).build()).shakeHands()) {
        pair.client().write(new byte[] {1, 2, 3});
        assertThat(pair.server().read(new byte[10])).isEqualTo(3);
        pair.server().write(new byte[] {4, 5});
        assertThat(pair.client().read(new byte[10])).isEqualTo(2);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void aCertificateForAnotherNameIsRefusedByEveryEngine(TlsProvider provider) throws Exception {
    TlsConfig config = client(provider).build();
    try (TlsPair pair = TlsPair.of(config, server(provider).build(), "example.com")) {
      assertThatThrownBy(pair::shakeHands)
          .isInstanceOf(SSLHandshakeException.class)
          .hasMessageContaining("example.com")
          .hasMessageContaining("(alert certificate_unknown)");
    }
    assertThat(config.stats().failed()).containsEntry("certificate_unknown", 1L);
  }

  @ParameterizedTest
  @EnumSource(TlsProvider.class)
  void theServerIsToldThatItsCertificateIsRefused(TlsProvider provider) throws Exception {
    for (TlsProvider other : TlsProvider.values()) {
      try (TlsPair pair =
          TlsPair.of(client(provider).build(), server(other).build(), "example.com")) {
        assertThat(pair.serverFailure())
            .isInstanceOf(SSLHandshakeException.class)
            .hasMessageContaining("peer sent alert ");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void laterConnectionsResumeTheSession(String version) throws Exception {
    TlsConfig server = server(TlsProvider.BORINGSSL).build();
    TlsConfig client = client(TlsProvider.BORINGSSL).protocols(version).build();
    for (int i = 0; i < 3; i++) {
      try (TlsPair pair = TlsPair.of(client, server).shakeHands()) {
        pair.server().write(new byte[1]);
        assertThat(pair.client().read(new byte[1])).isEqualTo(1);
        assertThat(pair.client().isResumed()).isEqualTo(i > 0);
      }
    }
    assertThat(server.stats().resumed()).isEqualTo(2);
  }

  @Test
  void anEndWithoutCloseNotifyIsAnError() throws Exception {
    Pipe pipe = Pipe.open();
    TlsConn client = client(TlsProvider.BORINGSSL).build().client(pipe.first(), "localhost");
    TlsConn server = server(TlsProvider.BORINGSSL).build().server(pipe.second());
    try (TlsPair pair = new TlsPair(client, server).shakeHands()) {
      pipe.first().close();
      assertThatThrownBy(() -> pair.server().read(new byte[10]))
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("without close_notify");
    }
  }

  @Test
  void unknownVersionsAndCipherSuitesAreRefusedWhenTheConfigurationIsMade() {
    assertThatThrownBy(() -> server(TlsProvider.BORINGSSL).protocols("TLSv9").build())
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> server(TlsProvider.BORINGSSL).cipherSuites("TLS_ROT13").build())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void keysThatItDoesNotKnowAreRefusedWhenTheConfigurationIsMade() {
    TlsConfig.Builder builder =
        client(TlsProvider.BORINGSSL).certificate(TestCertificates.named("Ed25519", "localhost"));
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("EdDSA keys");
  }

  @Test
  void theEngineOfTheJdkIsUsedUnlessThisOneIsAskedFor() {
    assertThat(TlsConfig.builder().build().provider()).isEqualTo(TlsProvider.JDK);
    assertThat(client(TlsProvider.BORINGSSL).build().provider()).isEqualTo(TlsProvider.BORINGSSL);
  }

  @Test
  void thePropertyNamesTheEngineThatIsUsedByDefault() {
    assertThat(TlsProvider.byDefault(null)).isEqualTo(TlsProvider.JDK);
    assertThat(TlsProvider.byDefault("boringssl")).isEqualTo(TlsProvider.BORINGSSL);
    assertThatThrownBy(() -> TlsProvider.byDefault("openssl"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("jdk or boringssl, not openssl");
  }
}
