package dev.weft.cli.proxy.tls;

import dev.weft.cli.proxy.periodic.FileLook;
import dev.weft.cli.proxy.settings.Backend;
import dev.weft.cli.proxy.settings.TargetTls;
import dev.weft.cli.tls.ServerEngine;
import dev.weft.net.Conn;
import dev.weft.net.tls.TlsConfig;
import dev.weft.net.tls.TlsConn;
import dev.weft.net.tls.TlsStats;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * TLS with targets, made from its settings. Safe for use by any number of threads.
 *
 * <p>There is a configuration for each offer of ALPN: for none, for all protocols of the settings,
 * and for each of them that a client has agreed on.
 */
public final class TargetSide {
  private final TargetTls settings;
  private final @Nullable FileLook authority;

  /** Holds what the files hold; guarded by this. */
  private final TlsConfig.Builder builder = TlsConfig.builder();

  /** Guarded by this. */
  private final Map<List<String>, TlsConfig> configs = new HashMap<>();

  /**
   * Reads the files.
   *
   * @throws IllegalArgumentException when one does not work; names it and its option
   */
  public TargetSide(TargetTls settings) {
    this.settings = settings;
    authority = look(settings);
    TlsFiles.trust(builder, "--tls-target-ca", settings.authority());
    if (settings.certificate() != null) {
      TlsFiles.certificate(builder, "--tls-target-cert", settings.certificate());
    }
    if (settings.anyName()) {
      builder.withoutHostnameVerification();
    }
    builder.handshakeTimeout(settings.handshakeTimeout());
    TlsFiles.engine(builder, new ServerEngine(settings.provider(), null, List.of()));
  }

  private static @Nullable FileLook look(TargetTls settings) {
    return settings.authority() == null ? null : FileLook.of(settings.authority());
  }

  /** Reports whether these settings would lead to the same; certificates renew themselves. */
  boolean isFor(TargetTls other) {
    return settings.equals(other) && Objects.equals(authority, look(other));
  }

  /** The configuration that offers these protocols by ALPN. */
  public synchronized TlsConfig offering(List<String> protocols) {
    return configs.computeIfAbsent(
        protocols, offer -> builder.applicationProtocols(offer.toArray(String[]::new)).build());
  }

  /**
   * Speaks TLS with a target; the handshake is still to be made.
   *
   * @param protocol what was agreed on with the client, or empty for nothing; null when the client
   *     speaks no TLS
   */
  public TlsConn over(Conn target, Backend backend, @Nullable String protocol) {
    List<String> offer =
        protocol == null
            ? settings.protocols()
            : protocol.isEmpty() ? List.of() : List.of(protocol);
    return offering(offer).client(target, settings.nameOf(backend));
  }

  synchronized TlsStats stats() {
    return configs.values().stream().map(TlsConfig::stats).reduce(TlsStats.NONE, TlsStats::plus);
  }
}
