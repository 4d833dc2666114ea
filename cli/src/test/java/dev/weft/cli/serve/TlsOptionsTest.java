package dev.weft.cli.serve;

import static dev.weft.cli.proxy.Certificates.LOCALHOST;
import static dev.weft.cli.proxy.Certificates.LOCALHOST_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.net.tls.TlsConfig;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the options of {@code weft serve} make of its TLS. */
class TlsOptionsTest {
  private static TlsConfig config(String... options) throws IOException {
    List<String> certificate =
        List.of("--tls-cert", LOCALHOST.toString(), "--tls-key", LOCALHOST_KEY.toString());
    String[] all =
        Stream.concat(certificate.stream(), Arrays.stream(options)).toArray(String[]::new);
    return CommandLine.populateCommand(new TlsOptions(), all).config();
  }

  @Test
  void theLimitOfHandshakesReachesTheConfiguration() throws Exception {
    assertThat(config("--tls-max-handshakes", "3").concurrentHandshakes()).isEqualTo(3);
    assertThat(config().concurrentHandshakes()).isZero();
  }
}
