package dev.weft.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.testing.Goroutines;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A record is decrypted into the caller's buffer where it certainly fits, and the limit of that
 * depends on the version and the suite.
 */
@Timeout(180)
class RecordSizesTest {
  private static final int RECORD = 16 * 1024;

  @ParameterizedTest
  @CsvSource({
    "JDK, TLSv1.3, TLS_AES_128_GCM_SHA256",
    "JDK, TLSv1.3, TLS_CHACHA20_POLY1305_SHA256",
    "JDK, TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "JDK, TLSv1.2, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "JDK, TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    "BORINGSSL, TLSv1.3, TLS_AES_128_GCM_SHA256",
    "BORINGSSL, TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "BORINGSSL, TLSv1.2, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
  })
  void bytesArriveWhateverTheSizeOfTheReader(TlsProvider provider, String protocol, String suite)
      throws Exception {
    assumeTrue(provider.isAvailable(), provider + " is not available here");
    TlsConfig config =
        TlsConfig.builder()
            .provider(provider)
            .certificate(TestCertificates.server())
            .trust(TestCertificates.authorities())
            .protocols(protocol)
            .cipherSuites(suite)
            .build();
    byte[] sent = new byte[RECORD];
    new Random(42).nextBytes(sent);
    try (Goroutines goroutines = new Goroutines();
        TlsPair pair = TlsPair.of(config, config).shakeHands()) { // closed first: it ends writers
      for (int size = RECORD - 40; size <= RECORD + 40; size++) {
        ByteBuffer buffer =
            provider == TlsProvider.JDK
                ? ByteBuffer.allocate(size)
                : ByteBuffer.allocateDirect(size);
        var writing = goroutines.go(() -> pair.client().write(sent));
        byte[] received = new byte[RECORD];
        for (int length = 0; length < RECORD; length += buffer.remaining()) {
          assertThat(pair.server().read(buffer.clear())).isPositive();
          buffer.flip().get(0, received, length, buffer.remaining());
        }
        writing.join();
        assertThat(received).as("by reads of %d bytes", size).isEqualTo(sent);
      }
    }
  }
}
