package dev.weft.net;

import dev.weft.Weft;
import dev.weft.net.tls.TestCertificates;
import dev.weft.net.tls.TlsConfig;
import dev.weft.net.tls.TlsConn;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** Puts TLS over connected pairs. */
final class TlsPairs {
  private static final TlsConfig SERVER =
      TlsConfig.builder().certificate(TestCertificates.server()).build();
  private static final TlsConfig CLIENT =
      TlsConfig.builder().trust(TestCertificates.authorities()).build();

  private TlsPairs() {}

  /** The same pair with TLS, after the handshake. */
  static ConnPair over(ConnPair pair) throws IOException {
    TlsConn client = CLIENT.client(pair.client(), "localhost");
    TlsConn server = SERVER.server(pair.server());
    CompletableFuture<Void> shaken = new CompletableFuture<>();
    Weft.go(() -> {
      try {
        server.handshake();
        shaken.complete(null);
      } catch (Throwable e) {
        shaken.completeExceptionally(e);
      }
    });
    client.handshake();
    shaken.join();
    return new ConnPair(client, server);
  }
}
