package dev.weft.cli.proxy.settings;

import dev.weft.cli.tls.ServerEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of TLS with clients, for which a proxy is the server.
 *
 * @param certificates at least one; the first is for names that none of them has
 * @param authority the file of the authorities that issue the certificates of clients, which each
 *     client must show then; null: clients are not asked
 * @param strictNames whether names that no certificate has are refused
 * @param protocols for ALPN, the best first
 * @param maxHandshakes how many handshakes work at once; 0 for any number
 * @param engine what encrypts
 */
public record ClientTls(
    List<PemPair> certificates,
    @Nullable Path authority,
    boolean strictNames,
    List<String> protocols,
    Duration handshakeTimeout,
    int maxHandshakes,
    ServerEngine engine) {
  /** Copies the lists. */
  public ClientTls {
    certificates = List.copyOf(certificates);
    protocols = List.copyOf(protocols);
  }

  /** The same with these protocols for ALPN. */
  public ClientTls withProtocols(String... names) {
    return new ClientTls(
        certificates,
        authority,
        strictNames,
        List.of(names),
        handshakeTimeout,
        maxHandshakes,
        engine);
  }
}
