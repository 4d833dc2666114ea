package dev.weft.net.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OCSP responses that servers staple to their certificates. */
@Timeout(180)
class StaplingTest {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private final TlsCertificate certificate = TestCertificates.named("EC", "localhost");
  private final TlsCertificate other = TestCertificates.named("EC", "other.test");

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    assumeTrue(
        TlsProvider.BORINGSSL.isAvailable(), "netty-tcnative has no BoringSSL for this platform");
    file = folder.resolve("ocsp");
  }

  /** As an authority would answer, but for the signature (RFC 6960, section 4.2.1). */
  private static byte[] response(TlsCertificate of, Instant nextUpdate) {
    byte[] now = time(Instant.now());
    byte[] algorithm = Der.value(Der.SEQUENCE, Der.value(Der.OBJECT_IDENTIFIER, new byte[] {42}));
    byte[] hash = Der.value(Der.OCTET_STRING, new byte[20]);
    byte[] serial = Der.value(Der.INTEGER, of.chain().getFirst().getSerialNumber().toByteArray());
    byte[] single =
        Der.value(
            Der.SEQUENCE,
            Der.value(Der.SEQUENCE, algorithm, hash, hash, serial),
            new byte[] {(byte) 0x80, 0}, // good
            now,
            Der.value(Der.FIRST, time(nextUpdate)));
    byte[] responder = Der.value(0xa2, hash);
    byte[] data = Der.value(Der.SEQUENCE, responder, now, Der.value(Der.SEQUENCE, single));
    byte[] basic = Der.value(Der.SEQUENCE, data, algorithm, Der.value(0x03, new byte[1]));
    byte[] type = Der.value(Der.OBJECT_IDENTIFIER, new byte[] {0x2b, 6, 1, 5, 5, 7, 0x30, 1, 1});
    return Der.value(
        Der.SEQUENCE,
        Der.value(Der.ENUMERATED, new byte[1]),
        Der.value(Der.FIRST, Der.value(Der.SEQUENCE, type, Der.value(Der.OCTET_STRING, basic))));
  }

  private static byte[] time(Instant instant) {
    return Der.value(Der.GENERALIZED_TIME, TIME.format(instant).getBytes(US_ASCII));
  }

  private static Instant later() {
    return Instant.now().plusSeconds(3_600);
  }

  private TlsConfig.Builder server() {
    return TlsConfig.builder()
        .provider(TlsProvider.BORINGSSL)
        .certificate(certificate)
        .certificate(other);
  }

  private static List<byte[]> stapled(TlsConfig server, String name, String version)
      throws Exception {
    // The JDK's engine asks for responses, too.
    TlsConfig client =
        TlsConfig.builder().protocols(version).trust(TestCertificates.authorities()).build();
    try (TlsPair pair = TlsPair.of(client, server, name).shakeHands()) {
      return ((ExtendedSSLSession) pair.client().session()).getStatusResponses();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void theResponseGoesWithItsCertificate(String version) throws Exception {
    byte[] response = response(certificate, later());
    Files.write(file, response);
    TlsConfig server = server().ocspResponseFile(file).build();
    assertThat(stapled(server, "localhost", version)).containsExactly(response);
    assertThat(stapled(server, "other.test", version)).isEmpty();
  }

  @Test
  void aResponseWhoseTimeIsOverIsLeftOut() throws Exception {
    Files.write(file, response(certificate, Instant.now().minusSeconds(1)));
    TlsConfig server = server().ocspResponseFile(file).build();
    assertThat(stapled(server, "localhost", "TLSv1.3")).isEmpty();
  }

  @Test
  void aNewResponseIsUsedAndABrokenOneIsNot() throws Exception {
    byte[] first = response(certificate, later());
    Files.write(file, first);
    OcspFile watched = OcspFile.open(file, 0);
    Files.writeString(file, "nothing");
    assertThat(watched.newest().bytes()).isEqualTo(first);
    byte[] second = response(certificate, later().plusSeconds(1));
    Files.write(file, second);
    assertThat(watched.newest().bytes()).isEqualTo(second);
  }

  @Test
  void whatIsNoResponseIsRefused() throws IOException {
    Files.writeString(file, "nothing");
    assertThatThrownBy(() -> server().ocspResponseFile(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + ": not an OCSP response: ");
    Files.write(
        file, Der.value(Der.SEQUENCE, Der.value(Der.ENUMERATED, new byte[] {3}))); // try later
    assertThatThrownBy(() -> server().ocspResponseFile(file))
        .hasMessage(file + ": not an OCSP response: the authority answered with an error");
  }

  @Test
  void aResponseForAnotherCertificateIsRefused() throws IOException {
    Files.write(file, response(TestCertificates.named("EC", "localhost"), later()));
    TlsConfig.Builder builder = server().ocspResponseFile(file);
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(file + ": the OCSP response is for none of the certificates");
  }

  @Test
  void theEngineOfTheJdkTakesNone() throws IOException {
    Files.write(file, response(certificate, later()));
    TlsConfig.Builder builder = server().provider(TlsProvider.JDK).ocspResponseFile(file);
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("use BoringSSL")
        .hasMessageContaining("-Djdk.tls.server.enableStatusRequestExtension=true");
  }
}
