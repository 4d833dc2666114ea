package dev.weft.internal.tls.boringssl;

import dev.weft.internal.tls.EngineKeyManager;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a server's certificate and sets the OCSP response for it at the engine in the same call:
 * earlier the certificate is not known, and later it has been sent.
 */
final class StaplingKeyManager extends EngineKeyManager {
  private final X509ExtendedKeyManager keys;
  private final Function<X509Certificate, byte @Nullable []> responses;

  StaplingKeyManager(
      X509ExtendedKeyManager keys, Function<X509Certificate, byte @Nullable []> responses) {
    this.keys = keys;
    this.responses = responses;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    String alias = keys.chooseEngineServerAlias(keyType, issuers, engine);
    if (alias != null) {
      byte[] response = responses.apply(keys.getCertificateChain(alias)[0]);
      if (response != null) {
        ((ReferenceCountedOpenSslEngine) engine).setOcspResponse(response);
      }
    }
    return alias;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return keys.getCertificateChain(alias);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return keys.getPrivateKey(alias);
  }
}
