package dev.weft.net.tls;

import dev.weft.internal.tls.EngineKeyManager;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.StandardConstants;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among a configuration's certificates: for a server the first that fits the name the
 * client asks for, else the first of all, or one with the same names and another type of key; for a
 * client the first that fits.
 *
 * <p>Engines name a certificate by an alias, here its position and generation.
 */
final class CertificateChooser extends EngineKeyManager {
  private final List<CertificateSource> sources;

  CertificateChooser(List<CertificateSource> sources) {
    this.sources = List.copyOf(sources);
  }

  /** Reports whether a certificate is for this name. */
  boolean knows(String name) {
    return sources.stream().anyMatch(source -> ServerNames.match(leaf(source.newest()), name));
  }

  /**
   * The engine asks for one type of key after the other, so a certificate that has the type but not
   * the name must not be returned while another one has the name.
   */
  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    String asked = requestedName(engine.getHandshakeSession());
    String name = asked != null && knows(asked) ? asked : null;
    List<String> defaults = ServerNames.namesOf(leaf(sources.getFirst().newest()));
    for (int i = 0; i < sources.size(); i++) {
      CertificateSource.Generation generation = sources.get(i).newest();
      X509Certificate certificate = leaf(generation);
      boolean isMeant =
          name != null
              ? ServerNames.match(certificate, name)
              : ServerNames.namesOf(certificate).equals(defaults);
      if (isMeant && KeyTypes.fits(keyType, certificate.getPublicKey().getAlgorithm())) {
        return alias(i, generation);
      }
    }
    return null;
  }

  private static X509Certificate leaf(CertificateSource.Generation generation) {
    return generation.certificate().chain().getFirst();
  }

  private static String alias(int position, CertificateSource.Generation generation) {
    return position + ":" + generation.number();
  }

  private static @Nullable String requestedName(@Nullable SSLSession session) {
    if (session instanceof ExtendedSSLSession extended) {
      for (var name : extended.getRequestedServerNames()) {
        if (name.getType() == StandardConstants.SNI_HOST_NAME) {
          return new SNIHostName(name.getEncoded()).getAsciiName();
        }
      }
    }
    return null;
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
    for (String keyType : keyTypes) {
      for (int i = 0; i < sources.size(); i++) {
        CertificateSource.Generation generation = sources.get(i).newest();
        List<X509Certificate> chain = generation.certificate().chain();
        if (KeyTypes.fits(keyType, chain.getFirst().getPublicKey().getAlgorithm())
            && isIssuedBy(chain, issuers)) {
          return alias(i, generation);
        }
      }
    }
    return null;
  }

  private static boolean isIssuedBy(List<X509Certificate> chain, Principal @Nullable [] issuers) {
    if (issuers == null || issuers.length == 0) {
      return true;
    }
    for (X509Certificate certificate : chain) {
      for (Principal issuer : issuers) {
        if (certificate.getIssuerX500Principal().equals(issuer)) {
          return true;
        }
      }
    }
    return false;
  }

  private TlsCertificate certificate(String alias) {
    int colon = alias.indexOf(':');
    return sources
        .get(Integer.parseInt(alias, 0, colon, 10))
        .ofGeneration(Integer.parseInt(alias, colon + 1, alias.length(), 10));
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return certificate(alias).chain().toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return certificate(alias).key();
  }
}
