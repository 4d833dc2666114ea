package dev.weft.cli.serve;

import dev.weft.net.tls.TlsConfig;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** With which certificate a service speaks TLS. */
final class TlsOptions {
  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description =
          "Use TLS over TCP and Unix sockets, with this certificate and its chain (PEM); needs --tls-key. The files are read again when they change.")
  private @Nullable Path chain;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "The certificate's private key (PEM: PKCS#8, PKCS#1 or EC; not encrypted).")
  private @Nullable Path key;

  /**
   * {@code null} when there is to be no TLS.
   *
   * @throws IllegalArgumentException when only one of the two files is given
   */
  @Nullable TlsConfig config() throws IOException {
    if (chain == null && key == null) {
      return null;
    }
    if (chain == null || key == null) {
      throw new IllegalArgumentException("--tls-cert and --tls-key go together");
    }
    return TlsConfig.builder()
        .certificateFiles(chain, key)
        .applicationProtocols("http/1.1")
        .build();
  }
}
