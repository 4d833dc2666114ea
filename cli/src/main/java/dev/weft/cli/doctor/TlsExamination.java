package dev.weft.cli.doctor;

import dev.weft.net.tls.TlsConfig;
import dev.weft.net.tls.TlsConn;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Checks how a server speaks TLS, by two connections: the second one asks to resume the first. */
final class TlsExamination {
  private static final Duration SHORT_VALIDITY = Duration.ofDays(14);

  /** How long a server that sends nothing of its own is given to send its session tickets. */
  private static final Duration TICKETS = Duration.ofMillis(500);

  private final String address;
  private final TlsConfig config;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * @param authorities {@code null} for those that Java trusts
   */
  TlsExamination(String address, @Nullable Path authorities) throws IOException {
    this.address = address;
    TlsConfig.Builder builder = TlsConfig.builder();
    if (authorities != null) {
      builder.trustFile(authorities);
    }
    config = builder.build();
  }

  /**
   * What was found.
   *
   * @throws IOException when there is no connection to be examined
   */
  List<Finding> findings() throws IOException {
    try (TlsConn conn = config.dial(address)) {
      conn.handshake();
      protocol(conn);
      certificates(conn);
      stapling(conn);
      awaitTickets(conn);
    } catch (SSLException e) {
      findings.add(
          new Finding(
              "handshake", "failed", e.getMessage() + " (--ca FILE trusts another authority)"));
      return findings;
    }
    resumption();
    return findings;
  }

  private void fine(String subject, String fact) {
    findings.add(new Finding(subject, fact, null));
  }

  private void protocol(TlsConn conn) {
    String fact = conn.protocol() + ", " + conn.session().getCipherSuite();
    findings.add(
        new Finding(
            "protocol",
            fact,
            conn.protocol().equals("TLSv1.3")
                ? null
                : "enable TLS 1.3: its handshake takes one round trip less"));
  }

  private void certificates(TlsConn conn) throws IOException {
    Certificate[] chain = conn.peerCertificates();
    for (int i = 0; i < chain.length; i++) {
      X509Certificate each = (X509Certificate) chain[i];
      Instant end = each.getNotAfter().toInstant();
      boolean renew = end.isBefore(Instant.now().plus(SHORT_VALIDITY));
      findings.add(
          new Finding(
              i == 0 ? "certificate" : "issuer",
              each.getSubjectX500Principal()
                  + " by "
                  + each.getIssuerX500Principal()
                  + ", "
                  + each.getPublicKey().getAlgorithm()
                  + ", until "
                  + LocalDate.ofInstant(end, ZoneOffset.UTC),
              renew ? "renew it" : null));
    }
  }

  private void stapling(TlsConn conn) {
    boolean stapled =
        conn.session() instanceof ExtendedSSLSession session
            && !session.getStatusResponses().isEmpty();
    fine("OCSP", stapled ? "a response is stapled" : "nothing is stapled");
  }

  private static void awaitTickets(TlsConn conn) {
    try {
      conn.setReadDeadline(TICKETS);
      conn.awaitReadable();
    } catch (IOException e) {
      // It sends nothing of its own, or has closed; tickets that came have been kept.
    }
  }

  private void resumption() throws IOException {
    try (TlsConn conn = config.dial(address)) {
      conn.handshake();
    }
    boolean resumed = config.stats().resumed() > 0;
    findings.add(
        new Finding(
            "resumption",
            resumed ? "sessions are resumed" : "the second connection made a full handshake",
            resumed
                ? null
                : "enable session tickets, or a cache of sessions that all servers share"));
  }
}
