package dev.weft.cli.proxy.settings;

import dev.weft.net.tls.TlsProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of TLS with targets, for which a proxy is the client.
 *
 * @param authority the file of the authorities to trust; null: those that the JVM trusts
 * @param name the name that the certificates of all targets must have; null: each the host of its
 *     address
 * @param anyName whether a trusted certificate is accepted for whatever name it is
 * @param certificate what the proxy shows to targets that ask; null for nothing
 * @param protocols for ALPN, the best first; offered when clients speak no TLS
 * @param provider the engine; null for the default
 */
public record TargetTls(
    @Nullable Path authority,
    @Nullable String name,
    boolean anyName,
    @Nullable PemPair certificate,
    List<String> protocols,
    Duration handshakeTimeout,
    @Nullable TlsProvider provider) {
  /** Copies the list. */
  public TargetTls {
    protocols = List.copyOf(protocols);
  }

  /** The name that a target's certificate must have. */
  public String nameOf(Backend backend) {
    if (name != null) {
      return name;
    }
    String address = backend.address();
    String host = address.substring(0, address.lastIndexOf(':'));
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
