package dev.weft.cli.serve;

import dev.weft.cli.tls.EngineOptions;
import dev.weft.cli.tls.ServerEngine;
import dev.weft.net.tls.TlsConfig;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a service about TLS. */
final class TlsOptions {
  private static final String MAX_HANDSHAKES = "--tls-max-handshakes";

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

  @Option(
      names = MAX_HANDSHAKES,
      paramLabel = "N",
      description =
          "How many handshakes may use the CPU at once; others wait, for the time of a handshake at most. Default: any number.")
  private @Nullable Integer maxHandshakes;

  @Mixin private EngineOptions engineOptions = new EngineOptions();

  /**
   * {@code null} when there is to be no TLS.
   *
   * @throws IllegalArgumentException when only one of the two files is given, or neither and an
   *     option that needs them, or when a value is wrong
   */
  @Nullable TlsConfig config() throws IOException {
    if (maxHandshakes != null && maxHandshakes < 1) {
      throw new IllegalArgumentException(
          MAX_HANDSHAKES + " must be a whole number above 0, not " + maxHandshakes);
    }
    if (chain == null && key == null) {
      String useless = maxHandshakes == null ? engineOptions.ofServers() : MAX_HANDSHAKES;
      if (useless != null) {
        throw new IllegalArgumentException(useless + " needs --tls-cert and --tls-key");
      }
      return null;
    }
    if (chain == null || key == null) {
      throw new IllegalArgumentException("--tls-cert and --tls-key go together");
    }
    TlsConfig.Builder builder =
        TlsConfig.builder().certificateFiles(chain, key).applicationProtocols("http/1.1");
    if (maxHandshakes != null) {
      builder.concurrentHandshakes(maxHandshakes);
    }
    ServerEngine engine = engineOptions.server();
    engine.choose(builder);
    engine.addOcspResponses(builder);
    engine.addTicketKeys(builder);
    return builder.build();
  }
}
