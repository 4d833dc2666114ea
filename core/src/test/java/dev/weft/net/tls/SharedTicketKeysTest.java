package dev.weft.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that share the keys of tickets, as processes do, and resume each other's sessions. */
@Timeout(180)
class SharedTicketKeysTest {
  private static final long AT_EVERY_HANDSHAKE = 0;
  private static final long NEVER = TimeUnit.DAYS.toNanos(1);

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void writeKeys() throws IOException {
    assumeTrue(
        TlsProvider.BORINGSSL.isAvailable(), "netty-tcnative has no BoringSSL for this platform");
    file = folder.resolve("keys");
    TicketKeyFile.create(file);
  }

  private static TlsConfig.Builder server() {
    return TlsConfig.builder()
        .provider(TlsProvider.BORINGSSL)
        .certificate(TestCertificates.server());
  }

  private TlsConfig server(long interval) throws IOException {
    return server().ticketKeyFile(file, interval).build();
  }

  private static TlsConfig.Builder client() {
    return TlsConfig.builder()
        .provider(TlsProvider.BORINGSSL)
        .trust(TestCertificates.authorities());
  }

  /** Returns whether the session went on; the client hears of a new ticket. */
  private static boolean resumes(TlsConfig client, TlsConfig server) throws Exception {
    try (TlsPair pair = TlsPair.of(client, server).shakeHands()) {
      pair.server().write(new byte[1]);
      assertThat(pair.client().read(new byte[1])).isEqualTo(1);
      assertThat(pair.server().isResumed()).isEqualTo(pair.client().isResumed());
      return pair.client().isResumed();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aServerResumesTheSessionsOfAnother(String version) throws Exception {
    TlsConfig client = client().protocols(version).build();
    assertThat(resumes(client, server(NEVER))).isFalse();
    assertThat(resumes(client, server(NEVER))).isTrue();
  }

  @Test
  void withoutSharedKeysItDoesNot() throws Exception {
    TlsConfig client = client().build();
    assertThat(resumes(client, server().build())).isFalse();
    assertThat(resumes(client, server().build())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void sessionsGoOnOverARotationThatNotEveryServerHasNoticed(String version) throws Exception {
    TlsConfig client = client().protocols(version).build();
    TlsConfig late = server(NEVER);
    TlsConfig early = server(AT_EVERY_HANDSHAKE);
    assertThat(resumes(client, late)).isFalse();
    TicketKeyFile.rotate(file);
    assertThat(resumes(client, early)).as("a ticket of the key before").isTrue();
    assertThat(resumes(client, late)).as("a ticket of the key to come").isTrue();
    assertThat(resumes(client, early)).isTrue();
  }

  @Test
  void aTicketIsUnderstoodUntilTheSecondRotation() throws Exception {
    TlsConfig client = client().build();
    TlsConfig other = client().build();
    TlsConfig server = server(AT_EVERY_HANDSHAKE);
    resumes(client, server);
    resumes(other, server);
    TicketKeyFile.rotate(file);
    assertThat(resumes(client, server)).as("after one rotation").isTrue();
    TicketKeyFile.rotate(file);
    assertThat(resumes(other, server)).as("after two rotations").isFalse();
  }

  @Test
  void aBrokenFileLeavesTheOldKeysInUse() throws Exception {
    TlsConfig client = client().build();
    TlsConfig server = server(AT_EVERY_HANDSHAKE);
    resumes(client, server);
    Files.writeString(file, "nothing");
    assertThat(resumes(client, server)).isTrue();
    Files.delete(file);
    assertThat(resumes(client, server)).isTrue();
    TicketKeyFile.create(file);
    assertThat(resumes(client, server)).as("with keys that are not the old ones").isFalse();
  }

  @Test
  void aFileThatIsBrokenFromTheBeginningIsRefused() throws IOException {
    Files.writeString(file, "nothing");
    assertThatThrownBy(() -> server().ticketKeyFile(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + ":1: ");
  }

  @Test
  void theEngineOfTheJdkRefusesKeysAndSaysWhatItCanDo() throws IOException {
    TlsConfig.Builder builder = server().provider(TlsProvider.JDK).ticketKeyFile(file);
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("use BoringSSL")
        .hasMessageContaining("-Djdk.tls.server.enableSessionTicketExtension=false");
  }
}
