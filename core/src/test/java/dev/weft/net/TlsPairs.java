package dev.weft.net;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.Weft;
import dev.weft.net.tls.TestCertificates;
import dev.weft.net.tls.TlsConfig;
import dev.weft.net.tls.TlsConn;
import dev.weft.net.tls.TlsProvider;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Puts TLS over connected pairs. */
enum TlsPairs {
  JDK(TlsProvider.JDK),
  BORINGSSL(TlsProvider.BORINGSSL);

  private final TlsProvider provider;
  private final Supplier<TlsConfig> serving;
  private final Supplier<TlsConfig> dialing;

  TlsPairs(TlsProvider provider) {
    this.provider = provider;
    serving = once(() -> config().certificate(TestCertificates.server()).build());
    dialing = once(() -> config().trust(TestCertificates.authorities()).build());
  }

  private TlsConfig.Builder config() {
    return TlsConfig.builder().provider(provider);
  }

  private static Supplier<TlsConfig> once(Supplier<TlsConfig> make) {
    AtomicReference<TlsConfig> made = new AtomicReference<>();
    return () -> made.updateAndGet(config -> config == null ? make.get() : config);
  }

  /** Skips what needs this engine where it is not there. */
  void assumeAvailable() {
    assumeTrue(provider.isAvailable(), "netty-tcnative has no BoringSSL for this platform");
  }

  /** The same pair with TLS, after the handshake. */
  ConnPair over(ConnPair pair) throws IOException {
    TlsConn client = dialing.get().client(pair.client(), "localhost");
    TlsConn server = serving.get().server(pair.server());
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
