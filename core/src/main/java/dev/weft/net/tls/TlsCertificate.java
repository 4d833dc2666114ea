package dev.weft.net.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A certificate with its chain and its private key.
 *
 * @param chain the certificate first, then its issuers up to, but not necessarily with, the root
 */
public record TlsCertificate(List<X509Certificate> chain, PrivateKey key) {
  /**
   * @throws IllegalArgumentException when the chain is empty, or the key is not the certificate's
   */
  public TlsCertificate {
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("a certificate chain with no certificate");
    }
    KeyTypes.requirePair(chain.getFirst().getPublicKey(), key);
  }

  /**
   * Reads PEM files: a chain, and a key in PKCS#8, PKCS#1 (RSA) or SEC 1 (EC).
   *
   * @throws IOException when a file cannot be read, or holds something else; the message names it
   */
  public static TlsCertificate fromPem(Path chain, Path key) throws IOException {
    return fromPem(chain, key, null);
  }

  /**
   * The same, for a key that may be encrypted (PKCS#8, "BEGIN ENCRYPTED PRIVATE KEY").
   *
   * @param password called when the key is encrypted; {@code null} refuses such a key
   */
  public static TlsCertificate fromPem(Path chain, Path key, @Nullable Supplier<char[]> password)
      throws IOException {
    List<X509Certificate> certificates = PemCertificates.read(chain);
    PrivateKey privateKey = PemKey.read(key, password);
    try {
      return new TlsCertificate(certificates, privateKey);
    } catch (IllegalArgumentException e) {
      throw new IOException(chain + " and " + key + ": " + e.getMessage(), e);
    }
  }
}
