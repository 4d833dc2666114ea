package dev.weft.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.Certificate;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which certificate a server shows, and what it wants to see of its clients, with each engine. */
@Timeout(180)
@ParameterizedClass
@EnumSource(TlsProvider.class)
class CertificatesTest {
  private static final TlsCertificate FIRST = TestCertificates.named("EC", "first.test");
  private static final TlsCertificate WILD =
      TestCertificates.named("EC", "*.wild.test", "wild.test");
  private static final TlsCertificate RSA = TestCertificates.named("RSA", "rsa.test");

  private final TlsProvider provider;

  CertificatesTest(TlsProvider provider) {
    this.provider = provider;
  }

  private TlsConfig.Builder server() {
    return TlsConfig.builder()
        .provider(provider)
        .certificate(FIRST)
        .certificate(WILD)
        .certificate(RSA);
  }

  private TlsConfig.Builder client() {
    return TlsConfig.builder().provider(provider).trust(TestCertificates.authorities());
  }

  private Certificate shown(TlsConfig server, String name) throws Exception {
    TlsConfig config = client().withoutHostnameVerification().build();
    try (TlsPair pair = TlsPair.of(config, server, name).shakeHands()) {
      return pair.client().peerCertificates()[0];
    }
  }

  // By name

  @ParameterizedTest
  @CsvSource({
    "first.test, first.test",
    "a.wild.test, *.wild.test",
    "A.Wild.Test, *.wild.test",
    "wild.test, *.wild.test",
    "rsa.test, rsa.test",
    "a.b.wild.test, first.test",
    "unknown.test, first.test",
    "127.0.0.1, first.test",
  })
  void theNameDecidesAndTheFirstIsTheDefault(String asked, String shown) throws Exception {
    TlsCertificate expected =
        switch (shown) {
          case "*.wild.test" -> WILD;
          case "rsa.test" -> RSA;
          default -> FIRST;
        };
    assertThat(shown(server().build(), asked)).isEqualTo(expected.chain().getFirst());
  }

  @Test
  void unknownNamesAreRefusedWhenThatWasAskedFor() throws Exception {
    TlsConfig config = server().refuseUnknownNames().build();
    assertThat(shown(config, "a.wild.test")).isEqualTo(WILD.chain().getFirst());
    assertThatThrownBy(() -> shown(config, "unknown.test"))
        .isInstanceOf(SSLHandshakeException.class)
        .hasMessageContaining("unrecognized_name; the server has no certificate for this name");
  }

  // Of clients

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aServerSeesTheCertificateThatItAskedFor(String version) throws Exception {
    for (ClientAuth auth : new ClientAuth[] {ClientAuth.WANTED, ClientAuth.REQUIRED}) {
      TlsConfig config = server().clientAuth(auth).trust(TestCertificates.authorities()).build();
      TlsConfig known = client().certificate(RSA).protocols(version).build();
      try (TlsPair pair = TlsPair.of(known, config, "first.test").shakeHands()) {
        assertThat(pair.server().peerCertificates()[0]).isEqualTo(RSA.chain().getFirst());
      }
    }
  }

  @Test
  void aCertificateThatIsOnlyWantedMayBeMissing() throws Exception {
    TlsConfig config =
        server().clientAuth(ClientAuth.WANTED).trust(TestCertificates.authorities()).build();
    try (TlsPair pair = TlsPair.of(client().build(), config, "first.test").shakeHands()) {
      assertThatThrownBy(pair.server()::peerCertificates)
          .isInstanceOf(SSLPeerUnverifiedException.class);
    }
  }

  @Test
  void aMissingCertificateThatIsRequiredIsNamedByBothSides() throws Exception {
    TlsConfig config =
        server().clientAuth(ClientAuth.REQUIRED).trust(TestCertificates.authorities()).build();
    try (TlsPair pair = TlsPair.of(client().build(), config, "first.test")) {
      assertThat(pair.serverFailure()).isInstanceOf(SSLHandshakeException.class);
      // In TLS 1.3 the client is done before the server looks; it hears of it by reading.
      assertThatThrownBy(() -> pair.client().read(new byte[1]))
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("peer sent alert ");
    }
  }

  @Test
  void aClientsCertificateOfAnUnknownAuthorityIsRefused() throws Exception {
    TlsConfig config =
        server().clientAuth(ClientAuth.WANTED).trust(TestCertificates.authorities()).build();
    TlsConfig stranger =
        client().certificate(TestCertificates.stranger()).protocols("TLSv1.2").build();
    try (TlsPair pair = TlsPair.of(stranger, config, "first.test").shakeHands()) {
      // The server names the authorities that it trusts, and the client has none of them to show.
      assertThatThrownBy(pair.server()::peerCertificates)
          .isInstanceOf(SSLPeerUnverifiedException.class);
    }
  }
}
