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

  /** Returns the newest generation; an implementation first checks for a replacement. */
  Generation newest() {
    return newest;
  }

  final void replace(TlsCertificate certificate) {
    Generation old = newest;
    newest = new Generation(old.number + 1, certificate, old.certificate);
  }

  /**
   * Returns the certificate of a generation; the newest if that generation is not kept any more.
   */
  final TlsCertificate ofGeneration(int number) {
    Generation now = newest;
    return number == now.number - 1 && now.before != null ? now.before : now.certificate;
  }

  /** Returns a source whose certificate is never replaced. */
  static CertificateSource fixed(TlsCertificate certificate) {
    return new CertificateSource(certificate) {};
  }
}
