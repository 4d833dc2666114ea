package dev.weft.net.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Matches the names that clients ask for with those of certificates. */
final class ServerNames {
  /** The type of a DNS name in a certificate's alternative names (RFC 5280, section 4.2.1.6). */
  private static final int DNS = 2;

  private ServerNames() {}

  /**
   * Reports whether the certificate is for this name; "*" stands for one whole label, the first
   * (RFC 6125, section 6.4.3).
   */
  static boolean match(X509Certificate certificate, String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    int dot = wanted.indexOf('.');
    String wildcard = dot < 0 ? "" : "*" + wanted.substring(dot);
    return namesOf(certificate).stream()
        .map(known -> known.toLowerCase(Locale.ROOT))
        .anyMatch(known -> known.equals(wanted) || known.equals(wildcard));
  }

  /** The DNS names of a certificate. */
  static List<String> namesOf(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null
          ? List.of()
          : names.stream()
              .filter(name -> name.get(0).equals(DNS))
              .map(name -> (String) name.get(1))
              .toList();
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }
}
