package dev.weft.net.tls;

import org.jspecify.annotations.Nullable;

/**
 * One of a server's certificates, which may be replaced while the server runs.
 *
 * <p>An engine asks for a certificate and then, by its generation, for its parts; the generation
 * before the newest stays, so that the parts always belong together.
 */
abstract class CertificateSource {
  /**
   * @param number grows with each replacement
   */
  record Generation(int number, TlsCertificate certificate, @Nullable TlsCertificate before) {}

  private volatile Generation newest;

  CertificateSource(TlsCertificate certificate) {
    newest = new Generation(0, certificate, null);
  }

  /** The newest generation; an implementation first looks for a newer one. */
  Generation newest() {
    return newest;
  }

  final void replace(TlsCertificate certificate) {
    Generation old = newest;
    newest = new Generation(old.number + 1, certificate, old.certificate);
  }

  /** The certificate of this generation; of the newest when it is older than the one before. */
  final TlsCertificate ofGeneration(int number) {
    Generation now = newest;
    return number == now.number - 1 && now.before != null ? now.before : now.certificate;
  }

  /** A certificate that stays. */
  static CertificateSource fixed(TlsCertificate certificate) {
    return new CertificateSource(certificate) {};
  }
}
