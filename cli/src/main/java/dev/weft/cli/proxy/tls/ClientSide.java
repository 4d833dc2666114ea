package dev.weft.cli.proxy.tls;

import dev.weft.cli.proxy.periodic.FileLook;
import dev.weft.cli.proxy.settings.ClientTls;
import dev.weft.net.Conn;
import dev.weft.net.tls.ClientAuth;
import dev.weft.net.tls.TlsConfig;
import dev.weft.net.tls.TlsConn;
import dev.weft.net.tls.TlsStats;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** TLS with clients, made from its settings. Safe for use by any number of threads. */
public final class ClientSide {
  private final ClientTls settings;
  private final @Nullable FileLook authority;
  private final TlsConfig config;

  /**
   * Reads the files.
   *
   * @throws IllegalArgumentException when one does not work; names it and its option
   */
  public ClientSide(ClientTls settings) {
    this.settings = settings;
    authority = look(settings);
    TlsConfig.Builder builder = TlsConfig.builder();
    settings.certificates().forEach(each -> TlsFiles.certificate(builder, "--tls-cert", each));
    TlsFiles.engine(builder, settings.engine());
    if (settings.authority() != null) {
      TlsFiles.trust(builder, "--tls-client-ca", settings.authority());
      builder.clientAuth(ClientAuth.REQUIRED);
    }
    if (settings.strictNames()) {
      builder.refuseUnknownNames();
    }
    if (settings.maxHandshakes() > 0) {
      builder.concurrentHandshakes(settings.maxHandshakes());
    }
    config =
        builder
            .applicationProtocols(settings.protocols().toArray(String[]::new))
            .handshakeTimeout(settings.handshakeTimeout())
            .build();
  }

  private static @Nullable FileLook look(ClientTls settings) {
    return settings.authority() == null ? null : FileLook.of(settings.authority());
  }

  /** Reports whether these settings would lead to the same; certificates renew themselves. */
  boolean isFor(ClientTls other) {
    return settings.equals(other) && Objects.equals(authority, look(other));
  }

  /** The configuration, for a server that makes the handshakes itself. */
  public TlsConfig config() {
    return config;
  }

  /** Speaks TLS with a client; its handshake is still to be made. */
  public TlsConn over(Conn client) {
    return config.server(client);
  }

  TlsStats stats() {
    return config.stats();
  }
}
