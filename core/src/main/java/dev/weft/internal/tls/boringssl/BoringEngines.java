package dev.weft.internal.tls.boringssl;

import dev.weft.internal.tls.PeerNames;
import dev.weft.internal.tls.TicketKey;
import dev.weft.internal.tls.TlsEngine;
import dev.weft.internal.tls.TlsEngines;
import dev.weft.internal.tls.TlsSettings;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import java.lang.ref.Cleaner;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Makes engines of BoringSSL.
 *
 * <p>BoringSSL wants a context for servers and one for clients. Each engine holds a reference to
 * its context; the first reference is given up when these engines are no longer reachable.
 */
final class BoringEngines implements TlsEngines {
  private static final Cleaner CLEANER = Cleaner.create();
  private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

  private final TlsSettings settings;
  private final ReferenceCountedOpenSslContext clients;
  private final @Nullable ReferenceCountedOpenSslContext servers;

  /** For the one that gives new keys to BoringSSL. */
  private final ReentrantLock ticketLock = new ReentrantLock();

  /** The keys that BoringSSL has; empty for its own. */
  private volatile List<TicketKey> ticketKeys = List.of();

  BoringEngines(TlsSettings settings) {
    this.settings = settings;
    requireKnown(settings);
    try {
      clients = build(clientBuilder());
      servers = settings.hasCertificate() ? build(serverBuilder()) : null;
    } catch (SSLException e) {
      throw new IllegalArgumentException("BoringSSL refuses the configuration: " + e, e);
    }
  }

  private static void requireKnown(TlsSettings settings) {
    for (String protocol : settings.protocols()) {
      if (!PROTOCOLS.contains(protocol)) {
        throw new IllegalArgumentException("BoringSSL does not speak " + protocol + " here");
      }
    }
    for (String suite : settings.cipherSuites()) {
      if (!OpenSsl.isCipherSuiteAvailable(suite)) {
        throw new IllegalArgumentException("BoringSSL has no cipher suite " + suite);
      }
    }
  }

  private SslContextBuilder clientBuilder() {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .endpointIdentificationAlgorithm(settings.verifiesHostname() ? "HTTPS" : null)
            .enableOcsp(true);
    return settings.hasCertificate() ? builder.keyManager(keys(settings.keys())) : builder;
  }

  private SslContextBuilder serverBuilder() {
    return SslContextBuilder.forServer(keys(staplingKeys()))
        .enableOcsp(settings.ocspResponses() != null)
        .clientAuth(
            switch (settings.clientAuth()) {
              case NONE -> ClientAuth.NONE;
              case WANTED -> ClientAuth.OPTIONAL;
              case REQUIRED -> ClientAuth.REQUIRE;
            });
  }

  /** Keeps what BoringSSL has parsed by alias, so that a handshake does not parse it again. */
  private static OpenSslCachingX509KeyManagerFactory keys(X509ExtendedKeyManager keys) {
    return new OpenSslCachingX509KeyManagerFactory(new FixedKeyManagerFactory(keys));
  }

  private X509ExtendedKeyManager staplingKeys() {
    return settings.ocspResponses() == null
        ? settings.keys()
        : new StaplingKeyManager(settings.keys(), settings.ocspResponses());
  }

  private ReferenceCountedOpenSslContext build(SslContextBuilder builder) throws SSLException {
    for (TrustManager manager : settings.trust()) {
      builder.trustManager(manager);
    }
    if (!settings.cipherSuites().isEmpty()) {
      builder.ciphers(settings.cipherSuites());
    }
    if (!settings.applicationProtocols().isEmpty()) {
      builder.applicationProtocolConfig(
          new ApplicationProtocolConfig(
              Protocol.ALPN,
              SelectorFailureBehavior.NO_ADVERTISE,
              SelectedListenerFailureBehavior.ACCEPT,
              settings.applicationProtocols()));
    }
    var context =
        (ReferenceCountedOpenSslContext)
            builder.sslProvider(SslProvider.OPENSSL_REFCNT).protocols(settings.protocols()).build();
    CLEANER.register(this, context::release);
    // Without keys: BoringSSL generates and renews them itself. It also enables tickets.
    context.sessionContext().setTicketKeys();
    return context;
  }

  @Override
  public TlsEngine client(String peer, int port) {
    ReferenceCountedOpenSslEngine engine = engine(clients, peer, port);
    try {
      SSL.setRenegotiateMode(engine.sslPointer(), SSL.SSL_RENEGOTIATE_NEVER);
    } catch (Exception e) {
      engine.release();
      throw new IllegalStateException("BoringSSL does not refuse renegotiation", e);
    }
    return new BoringEngine(engine, CLEANER);
  }

  @Override
  public TlsEngine server() {
    if (servers == null) {
      throw new IllegalStateException("a server without a certificate");
    }
    renewTicketKeys(servers);
    ReferenceCountedOpenSslEngine engine = engine(servers, null, -1);
    if (settings.knownNames() != null) {
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setSNIMatchers(List.of(PeerNames.matcher(settings.knownNames())));
      engine.setSSLParameters(parameters);
    }
    return new BoringEngine(engine, CLEANER);
  }

  private void renewTicketKeys(ReferenceCountedOpenSslContext context) {
    Supplier<List<TicketKey>> source = settings.ticketKeys();
    if (source == null || source.get() == ticketKeys) {
      return;
    }
    ticketLock.lock();
    try {
      List<TicketKey> newest = source.get(); // not older than those of the last holder of the lock
      if (newest != ticketKeys) {
        context
            .sessionContext()
            .setTicketKeys(
                newest.stream()
                    .map(key -> new OpenSslSessionTicketKey(key.name(), key.hmac(), key.aes()))
                    .toArray(OpenSslSessionTicketKey[]::new));
        ticketKeys = newest;
      }
    } finally {
      ticketLock.unlock();
    }
  }

  /** The allocator is not used: all buffers are direct. */
  private static ReferenceCountedOpenSslEngine engine(
      ReferenceCountedOpenSslContext context, @Nullable String peer, int port) {
    return (ReferenceCountedOpenSslEngine)
        context.newEngine(UnpooledByteBufAllocator.DEFAULT, peer, port);
  }
}
