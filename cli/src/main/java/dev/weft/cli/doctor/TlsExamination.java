package dev.weft.cli.doctor;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weft.net.tls.TlsConfig;
import dev.weft.net.tls.TlsConn;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
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

/**
 * Checks how a server speaks TLS: each connection but the first asks to resume the one before.
 *
 * <p>With TLS 1.3 a server may send its session tickets when it first sends something of its own,
 * as BoringSSL does. So if the second connection is not resumed, a third one makes the server
 * answer, with a request that is one for web servers and an error for others, and a fourth one asks
 * again.
 */
final class TlsExamination {
  private static final Duration SHORT_VALIDITY = Duration.ofDays(14);

  /** How long a server that sends nothing of its own is given to send its session tickets. */
  private static final Duration TICKETS = Duration.ofMillis(500);

  /** How long a server may take to answer. */
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private static final byte[] REQUEST =
      "HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(US_ASCII);

  private final String address;
  private final @Nullable Path authorities;
  private final TlsConfig config;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * @param authorities {@code null} for those that Java trusts
   */
  TlsExamination(String address, @Nullable Path authorities) throws IOException {
    this.address = address;
    this.authorities = authorities;
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
      String hint =
          authorities == null && isAboutCertificate(e)
              ? " (--ca FILE trusts another authority)"
              : "";
      findings.add(new Finding("handshake", "failed", e.getMessage() + hint));
      return findings;
    }
    resumption();
    return findings;
  }

  private static boolean isAboutCertificate(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof CertificateException) {
        return true;
      }
    }
    return false;
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
    boolean resumed = isResumed();
    if (!resumed) {
      awaitAnswer();
      resumed = isResumed();
    }
    findings.add(
        new Finding(
            "resumption",
            resumed ? "sessions are resumed" : "each connection made a full handshake",
            resumed
                ? null
                : "enable session tickets, or a cache of sessions that all servers share"));
  }

  private boolean isResumed() throws IOException {
    try (TlsConn conn = config.dial(address)) {
      conn.handshake();
      return conn.isResumed();
    }
  }

  private void awaitAnswer() throws IOException {
    try (TlsConn conn = config.dial(address)) {
      conn.handshake();
      conn.setDeadline(ANSWER);
      conn.write(REQUEST);
      byte[] dropped = new byte[512];
      while (conn.read(dropped) >= 0) {}
    } catch (SSLException | SocketTimeoutException e) {
      // It answers in its own way, or not at all; tickets that came have been kept.
    }
  }
}
