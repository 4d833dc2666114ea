package dev.weft.net.tls;

import dev.weft.internal.settings.Require;
import dev.weft.internal.tls.TlsEngines;
import dev.weft.internal.tls.TlsSettings;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of TLS: certificates, trusted authorities, protocol versions. Immutable, safe
 * for use by any number of threads, and expensive to make: make one and use it for all connections,
 * because sessions are resumed only within one.
 *
 * {@snippet :
 * var tls = TlsConfig.builder().certificateFiles(Path.of("cert.pem"), Path.of("key.pem")).build();
 * try (var listener = tls.listener(Net.listen("tcp", ":8443"))) {
 *   var conn = listener.accept();
 * }
 *
 * var client = TlsConfig.builder().build();
 * try (var conn = client.dial("example.com:443")) {
 *   conn.handshake();
 * }
 * }
 *
 * <p>The engine is the JDK's, or BoringSSL where the program asks for it ({@link
 * Builder#provider}). TLS 1.3 and 1.2 are spoken unless set otherwise. Sessions are resumed by
 * tickets; the engine generates the keys of tickets, so a session is resumed only by the
 * configuration that made it, unless several share keys in a {@linkplain Builder#ticketKeyFile
 * file}.
 */
public final class TlsConfig {
  static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);
  private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  private final HandshakeCounts counts = new HandshakeCounts();

  private final TlsProvider provider;
  private final TlsEngines engines;
  private final boolean hasCertificate;
  private final HandshakeSettings handshakes;

  private TlsConfig(Builder builder) {
    hasCertificate = !builder.certificates.isEmpty();
    int turns = builder.concurrentHandshakes;
    handshakes =
        new HandshakeSettings(
            counts,
            builder.handshakeTimeout,
            builder.handshakeListener,
            turns == 0 ? null : new HandshakeTurns(turns));
    provider = builder.provider();
    engines = provider.engines(builder.settings());
  }

  public static Builder builder() {
    return new Builder();
  }

  // Connections

  /**
   * Dials an address and speaks TLS as a client; makes no handshake yet.
   *
   * @param address host and port, as {@link Net#dial} takes it; the host is the name that the
   *     server's certificate must have
   */
  public TlsConn dial(String address) throws IOException {
    Conn conn = Net.dial("tcp", address);
    try {
      String host = address.substring(0, address.lastIndexOf(':'));
      return client(conn, host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
    } catch (Throwable e) { // no server name, or no memory for an engine
      conn.close();
      throw e;
    }
  }

  /**
   * Speaks TLS as a client on a connection, which the result owns; makes no handshake yet.
   *
   * @param serverName the name or IP address that the server's certificate must have; a name is
   *     also sent to the server. A dot at its end is left out of both (RFC 6066, section 3).
   * @throws IllegalArgumentException when the name is empty, or none that a server can have
   */
  public TlsConn client(Conn conn, String serverName) {
    String name =
        serverName.endsWith(".") ? serverName.substring(0, serverName.length() - 1) : serverName;
    if (name.isEmpty()) {
      throw new IllegalArgumentException(
          "a client of TLS needs the server's name, not an empty one");
    }
    // The engine finds earlier sessions by name and port.
    int port = conn.remoteAddress() instanceof InetSocketAddress inet ? inet.getPort() : 0;
    return new TlsConn(conn, engines.client(name, port), handshakes);
  }

  /**
   * Speaks TLS as a server on a connection, which the result owns; makes no handshake yet.
   *
   * @throws IllegalStateException when the configuration has no certificate
   */
  public TlsConn server(Conn conn) {
    requireCertificate();
    return new TlsConn(conn, engines.server(), handshakes);
  }

  /**
   * Speaks TLS on all connections that a listener accepts; the result owns the listener.
   *
   * @throws IllegalStateException when the configuration has no certificate
   */
  public TlsListener listener(Listener listener) {
    requireCertificate();
    return new TlsListener(this, listener);
  }

  private void requireCertificate() {
    if (!hasCertificate) {
      throw new IllegalStateException(
          "a TLS server needs a certificate: TlsConfig.builder().certificateFiles(chain, key)");
    }
  }

  /** Which engine this configuration uses. */
  public TlsProvider provider() {
    return provider;
  }

  /**
   * How many handshakes of servers work at once; 0 for any number ({@link
   * Builder#concurrentHandshakes}).
   */
  public int concurrentHandshakes() {
    HandshakeTurns turns = handshakes.turns();
    return turns == null ? 0 : turns.total();
  }

  @Nullable HandshakeTurns handshakeTurns() {
    return handshakes.turns();
  }

  /** The handshakes so far. */
  public TlsStats stats() {
    return counts.stats();
  }

  /** The handshakes of all configurations of this process so far. */
  public static TlsStats totalStats() {
    return HandshakeCounts.TOTAL.stats();
  }

  /** Builds a configuration. Not safe for use by several threads. */
  public static final class Builder {
    private final List<CertificateSource> certificates = new ArrayList<>();
    private @Nullable List<X509Certificate> authorities;
    private List<String> protocols = PROTOCOLS;
    private List<String> cipherSuites = List.of();
    private List<String> applicationProtocols = List.of();
    private ClientAuth clientAuth = ClientAuth.NONE;
    private boolean verifiesHostname = true;
    private boolean refusesUnknownNames;
    private Duration handshakeTimeout = HANDSHAKE_TIMEOUT;
    private int concurrentHandshakes;
    private @Nullable HandshakeListener handshakeListener;
    private @Nullable TlsProvider provider;
    private @Nullable WatchedTicketKeys ticketKeys;
    private final List<OcspFile> ocspFiles = new ArrayList<>();

    private Builder() {}

    /**
     * Adds a certificate. A server with several chooses by the name that the client asks for;
     * clients that ask for another name, or none, get the first.
     */
    public Builder certificate(TlsCertificate certificate) {
      certificates.add(CertificateSource.fixed(certificate));
      return this;
    }

    /**
     * Adds a certificate from PEM files, as {@link TlsCertificate#fromPem(Path, Path)}. When the
     * files change, new connections get the new certificate within a second or two; if the new
     * files are broken, the old certificate serves on and an error is logged.
     */
    public Builder certificateFiles(Path chain, Path key) throws IOException {
      return certificateFiles(chain, key, null);
    }

    /** The same, for a key that may be encrypted. */
    public Builder certificateFiles(Path chain, Path key, @Nullable Supplier<char[]> password)
        throws IOException {
      certificates.add(CertificateFiles.open(chain, key, password));
      return this;
    }

    /** Trusts these authorities instead of those that the JVM trusts. */
    public Builder trust(List<X509Certificate> authorityCertificates) {
      authorities = List.copyOf(authorityCertificates);
      return this;
    }

    /** Trusts the authorities in a PEM file instead of those that the JVM trusts. */
    public Builder trustFile(Path pem) throws IOException {
      return trust(PemCertificates.read(pem));
    }

    /** Sets the versions to speak, such as "TLSv1.3". The default is that and "TLSv1.2". */
    public Builder protocols(String... names) {
      protocols = List.of(names);
      return this;
    }

    /** Sets the cipher suites to allow, best first. The default is those of the engine. */
    public Builder cipherSuites(String... names) {
      cipherSuites = List.of(names);
      return this;
    }

    /**
     * Sets the ALPN protocols to offer or accept, best first, such as "http/1.1". The default is
     * none.
     */
    public Builder applicationProtocols(String... names) {
      applicationProtocols = List.of(names);
      return this;
    }

    /**
     * Sets whether a server asks clients for a certificate. The default is {@link ClientAuth#NONE}.
     */
    public Builder clientAuth(ClientAuth auth) {
      clientAuth = Objects.requireNonNull(auth, "clientAuth");
      return this;
    }

    /**
     * Makes clients accept a trusted certificate for any name, so that any holder of one is
     * accepted.
     */
    public Builder withoutHostnameVerification() {
      verifiesHostname = false;
      return this;
    }

    /** Makes a server refuse names without a certificate, with "unrecognized_name". */
    public Builder refuseUnknownNames() {
      refusesUnknownNames = true;
      return this;
    }

    /**
     * Sets how long a handshake may take. The default is 10 s.
     *
     * @throws IllegalArgumentException when the time is not positive
     */
    public Builder handshakeTimeout(Duration timeout) {
      Require.positive("handshakeTimeout", timeout);
      handshakeTimeout = timeout;
      return this;
    }

    /**
     * Limits how many handshakes of servers work at once: verify, sign and encrypt. The default is
     * no limit. The others wait for their turn, those that have begun before those that have not,
     * and fail with {@link java.net.SocketTimeoutException} when their {@linkplain
     * #handshakeTimeout time} is over. With fewer than there are processors, open connections keep
     * the rest of the CPU while many clients connect at once.
     *
     * <p>A handshake that waits for its peer has no turn, so clients that stop inside a handshake
     * hold up no other. ({@link dev.weft.net.limit.Limits#acceptRate} limits how many begin.)
     */
    public Builder concurrentHandshakes(int handshakes) {
      Require.atLeast("concurrentHandshakes", handshakes, 1);
      concurrentHandshakes = handshakes;
      return this;
    }

    /** Sets the listener that receives the result of each handshake, replacing an earlier one. */
    public Builder onHandshake(HandshakeListener listener) {
      handshakeListener = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /**
     * Sets the engine. The default is the JDK's, or with {@code -Dweft.tls.provider=boringssl}
     * BoringSSL.
     *
     * @throws IllegalArgumentException when the engine is not available
     */
    public Builder provider(TlsProvider engine) {
      engine.requireAvailable();
      provider = engine;
      return this;
    }

    /**
     * Makes a server encrypt session tickets with the keys in a file (as {@link
     * TicketKeyFile#create} and {@code weft tls-keys} write it), which all processes with the same
     * certificates and settings share: each resumes the sessions of the others. Servers that ask
     * for client certificates by other rules must not share keys, since a resumed session's
     * certificate is not checked again.
     *
     * <p>When the file is replaced, new connections use the new keys within a second or two; if it
     * is broken, the old keys stay in use and an error is logged.
     *
     * <p>This needs BoringSSL: the JDK's engine generates the keys itself, and takes no others.
     * With it, a session is resumed only by the configuration that made it, by tickets, or, with
     * {@code -Djdk.tls.server.enableSessionTicketExtension=false}, from a cache in the process.
     *
     * @throws IOException when the file cannot be read, holds something else, or users other than
     *     its owner have access to it
     */
    public Builder ticketKeyFile(Path file) throws IOException {
      return ticketKeyFile(file, FileWatch.INTERVAL);
    }

    /**
     * @param interval the minimum time between two checks of the file, in nanoseconds
     */
    Builder ticketKeyFile(Path file, long interval) throws IOException {
      ticketKeys = WatchedTicketKeys.open(file, interval);
      return this;
    }

    /**
     * Makes a server staple the OCSP response in a file (DER, as {@code openssl ocsp -respout}
     * writes it) to the certificate that it is for, until the response's time is over. To be called
     * once for each certificate. When the file is replaced, new connections get the new response
     * within a second or two; if it is broken, the old response stays in use and an error is
     * logged.
     *
     * <p>This needs BoringSSL. With {@code -Djdk.tls.server.enableStatusRequestExtension=true}, the
     * JDK's engine fetches responses by itself, from the address in the certificate.
     *
     * @throws IOException when the file cannot be read, or holds something else
     */
    public Builder ocspResponseFile(Path file) throws IOException {
      ocspFiles.add(OcspFile.open(file));
      return this;
    }

    private static Function<X509Certificate, byte @Nullable []> stapling(List<OcspFile> files) {
      return certificate -> {
        for (OcspFile file : files) {
          OcspResponse response = file.newest();
          if (response.isFor(certificate)) {
            return response.isInTime() ? response.bytes() : null;
          }
        }
        return null;
      };
    }

    private TlsProvider provider() {
      TlsProvider chosen = provider != null ? provider : TlsProvider.byDefault();
      if (ticketKeys != null) {
        chosen.requireTicketKeys();
      }
      if (!ocspFiles.isEmpty()) {
        chosen.requireStapling();
        ocspFiles.forEach(file -> file.requireOneOf(certificates));
      }
      chosen.requireServed(certificates);
      return chosen;
    }

    private TlsSettings settings() {
      try {
        CertificateChooser chooser = new CertificateChooser(certificates);
        return new TlsSettings(
            chooser,
            !certificates.isEmpty(),
            List.of(TrustedCertificates.of(authorities)),
            protocols,
            cipherSuites,
            applicationProtocols,
            clientAuth.wanted(),
            verifiesHostname,
            refusesUnknownNames ? chooser::knows : null,
            ticketKeys,
            ocspFiles.isEmpty() ? null : stapling(List.copyOf(ocspFiles)));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("this JDK has no TLS: " + e.getMessage(), e);
      }
    }

    /**
     * @throws IllegalArgumentException when the engine does not have one of the protocols, cipher
     *     suites or types of keys, or cannot be given the keys of tickets or OCSP responses, or one
     *     of these is for none of the certificates
     */
    public TlsConfig build() {
      return new TlsConfig(this);
    }
  }
}
