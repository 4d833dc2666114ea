package dev.weft.internal.tls;

import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/** Makes the JDK's engines. */
public final class JdkEngines implements TlsEngines {
  private final TlsSettings settings;
  private final SSLContext context;

  /**
   * @throws IllegalArgumentException when the JDK does not have one of the protocols or cipher
   *     suites
   */
  public JdkEngines(TlsSettings settings) {
    this.settings = settings;
    try {
      context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {settings.keys()}, settings.trust().toArray(TrustManager[]::new), null);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no TLS: " + e.getMessage(), e);
    }
    // Refused now and not by the first connection.
    parameters(context.createSSLEngine());
  }

  /** An engine that was made elsewhere, by whichever provider. */
  public static TlsEngine of(SSLEngine engine) {
    return new JdkEngine(engine);
  }

  @Override
  public TlsEngine client(String peer, int port) {
    SSLEngine engine = context.createSSLEngine(peer, port);
    engine.setUseClientMode(true);
    SSLParameters parameters = parameters(engine);
    if (settings.verifiesHostname()) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    if (!PeerNames.isAddress(peer)) {
      parameters.setServerNames(List.of(new SNIHostName(peer)));
    }
    engine.setSSLParameters(parameters);
    return new JdkEngine(engine);
  }

  @Override
  public TlsEngine server() {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = parameters(engine);
    parameters.setUseCipherSuitesOrder(true);
    switch (settings.clientAuth()) {
      case NONE -> {}
      case WANTED -> parameters.setWantClientAuth(true);
      case REQUIRED -> parameters.setNeedClientAuth(true);
    }
    if (settings.knownNames() != null) {
      parameters.setSNIMatchers(List.of(PeerNames.matcher(settings.knownNames())));
    }
    engine.setSSLParameters(parameters);
    return new JdkEngine(engine);
  }

  private SSLParameters parameters(SSLEngine engine) {
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(settings.protocols().toArray(String[]::new));
    if (!settings.cipherSuites().isEmpty()) {
      parameters.setCipherSuites(settings.cipherSuites().toArray(String[]::new));
    }
    parameters.setApplicationProtocols(settings.applicationProtocols().toArray(String[]::new));
    engine.setSSLParameters(parameters);
    return parameters;
  }
}
