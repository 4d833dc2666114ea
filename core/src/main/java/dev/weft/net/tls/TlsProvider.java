package dev.weft.net.tls;

import dev.weft.internal.tls.JdkEngines;
import dev.weft.internal.tls.TlsEngines;
import dev.weft.internal.tls.TlsSettings;
import dev.weft.internal.tls.boringssl.BoringSsl;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The implementation of TLS that a configuration uses. */
public enum TlsProvider {
  /** The JDK's engine, which is always available. */
  JDK,

  /**
   * BoringSSL, where netty-handler and netty-tcnative-boringssl-static are on the path. It serves
   * certificates with EC and RSA keys.
   */
  BORINGSSL;

  private static final String PROPERTY = "weft.tls.provider";

  /** Reports whether it is on the path and works on this platform. */
  public boolean isAvailable() {
    return this == JDK || BoringSsl.isAvailable();
  }

  void requireAvailable() {
    if (!isAvailable()) {
      throw new IllegalArgumentException(
          "BoringSSL is not there: put io.netty:netty-handler and io.netty:netty-tcnative-boringssl-static on the path");
    }
  }

  void requireServed(List<CertificateSource> certificates) {
    if (this == JDK) {
      return;
    }
    for (CertificateSource source : certificates) {
      String type = source.newest().certificate().key().getAlgorithm();
      if (!BoringSsl.serves(type)) {
        throw new IllegalArgumentException(
            "BoringSSL does not serve certificates with " + type + " keys");
      }
    }
  }

  void requireTicketKeys() {
    if (this == JDK) {
      throw new IllegalArgumentException(
          "the JDK's engine generates the keys of session tickets itself and does not take others: use BoringSSL, or do not share sessions (-Djdk.tls.server.enableSessionTicketExtension=false has this engine keep them in the process instead of in tickets)");
    }
  }

  void requireStapling() {
    if (this == JDK) {
      throw new IllegalArgumentException(
          "the JDK's engine takes no OCSP responses from files: use BoringSSL, or have this engine fetch them from the address in the certificate (-Djdk.tls.server.enableStatusRequestExtension=true)");
    }
  }

  /** Returns the engine of configurations that name none. */
  static TlsProvider byDefault() {
    return byDefault(System.getProperty(PROPERTY));
  }

  static TlsProvider byDefault(@Nullable String wanted) {
    return wanted == null ? JDK : named(wanted);
  }

  private static TlsProvider named(String name) {
    for (TlsProvider each : values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(name)) {
        each.requireAvailable();
        return each;
      }
    }
    throw new IllegalArgumentException(PROPERTY + " is jdk or boringssl, not " + name);
  }

  TlsEngines engines(TlsSettings settings) {
    return this == JDK ? new JdkEngines(settings) : BoringSsl.engines(settings);
  }
}
