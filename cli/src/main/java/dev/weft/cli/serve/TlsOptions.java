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

  @Mixin private EngineOptions engineOptions = new EngineOptions();

  /**
   * {@code null} when there is to be no TLS.
   *
   * @throws IllegalArgumentException when only one of the two files is given, or neither and an
   *     option that needs them
   */
  @Nullable TlsConfig config() throws IOException {
    if (chain == null && key == null) {
      String useless = engineOptions.ofServers();
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
    ServerEngine engine = engineOptions.server();
    engine.choose(builder);
    engine.addOcspResponses(builder);
    engine.addTicketKeys(builder);
    return builder.build();
  }
}
