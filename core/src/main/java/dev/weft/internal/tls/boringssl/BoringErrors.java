package dev.weft.internal.tls.boringssl;

import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateRevokedException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Translates BoringSSL's failures into the messages of the JDK's engine, with the alert that is
 * sent for them or that was received.
 */
final class BoringErrors {
  /** Such as "error:1000007b:SSL routines:OPENSSL_internal:BAD_DECRYPT". */
  private static final Pattern REASON = Pattern.compile("error:[0-9a-f]+:[^:]*:[^:]*:([A-Z0-9_]+)");

  /** The reasons of received alerts: SSLV3_ALERT_..., TLSV1_ALERT_..., TLSV1_.... */
  private static final Pattern RECEIVED =
      Pattern.compile("(?:SSLV3_ALERT|TLSV1_ALERT|TLSV1)_([A-Z_]+)");

  /** The alerts with which BoringSSL answers. */
  private static final Map<String, String> SENT =
      Map.ofEntries(
          Map.entry("NO_SHARED_CIPHER", "handshake_failure"),
          Map.entry("NO_COMMON_SIGNATURE_ALGORITHMS", "handshake_failure"),
          Map.entry("NO_SHARED_GROUP", "handshake_failure"),
          Map.entry("UNSUPPORTED_PROTOCOL", "protocol_version"),
          Map.entry("WRONG_VERSION_NUMBER", "protocol_version"),
          Map.entry("WRONG_SSL_VERSION", "protocol_version"),
          Map.entry("INAPPROPRIATE_FALLBACK", "inappropriate_fallback"),
          Map.entry("DECRYPTION_FAILED_OR_BAD_RECORD_MAC", "bad_record_mac"),
          Map.entry("DIGEST_CHECK_FAILED", "decrypt_error"),
          Map.entry("BAD_SIGNATURE", "decrypt_error"),
          Map.entry("ENCRYPTED_LENGTH_TOO_LONG", "record_overflow"),
          Map.entry("DATA_LENGTH_TOO_LONG", "record_overflow"),
          Map.entry("UNEXPECTED_MESSAGE", "unexpected_message"),
          Map.entry("UNEXPECTED_RECORD", "unexpected_message"),
          Map.entry("INVALID_OUTER_RECORD_TYPE", "unexpected_message"),
          Map.entry("INVALID_ALERT", "decode_error"),
          Map.entry("DECODE_ERROR", "decode_error"),
          Map.entry("EXCESSIVE_MESSAGE_SIZE", "illegal_parameter"),
          Map.entry("PEER_DID_NOT_RETURN_A_CERTIFICATE", "certificate_required"),
          Map.entry("NO_APPLICATION_PROTOCOL", "no_application_protocol"),
          Map.entry("NO_RENEGOTIATION", "no_renegotiation"));

  private BoringErrors() {}

  static SSLException translate(SSLException e) {
    Throwable root = innermost(e);
    String text = String.valueOf(root.getMessage());
    Matcher reason = REASON.matcher(text);
    String description;
    if (find(e, CertificateException.class) != null) {
      description = "(" + certificateAlert(e) + ") " + text;
    } else if (reason.find()) {
      description = describe(reason.group(1));
    } else if (text.startsWith("not an SSL/TLS record")) {
      description = "(unexpected_message) unsupported or unrecognized TLS record: plaintext?";
    } else {
      description = text;
    }
    return new SSLException(description, e);
  }

  private static Throwable innermost(Throwable e) {
    Throwable inner = e;
    while (inner.getCause() != null) {
      inner = inner.getCause();
    }
    return inner;
  }

  private static String describe(String reason) {
    String words = reason.toLowerCase(Locale.ROOT).replace('_', ' ');
    String sent = SENT.get(reason);
    if (reason.equals("NO_RENEGOTIATION")) {
      return "(" + sent + ") the peer wants to renegotiate, which is refused";
    }
    if (sent != null) {
      return "(" + sent + ") " + words;
    }
    Matcher received = RECEIVED.matcher(reason);
    if (received.matches()) {
      return "Received fatal alert: " + received.group(1).toLowerCase(Locale.ROOT);
    }
    return words;
  }

  /** As netty's engine and BoringSSL choose it. */
  private static String certificateAlert(Throwable e) {
    CertPathValidatorException path = find(e, CertPathValidatorException.class);
    Object reason = path == null ? null : path.getReason();
    if (reason == BasicReason.EXPIRED || find(e, CertificateExpiredException.class) != null) {
      return "certificate_expired";
    }
    if (reason == BasicReason.NOT_YET_VALID
        || find(e, CertificateNotYetValidException.class) != null) {
      return "bad_certificate";
    }
    if (reason == BasicReason.REVOKED || find(e, CertificateRevokedException.class) != null) {
      return "certificate_revoked";
    }
    return "certificate_unknown";
  }

  private static <T extends Throwable> @Nullable T find(Throwable e, Class<T> type) {
    for (Throwable each = e; each != null; each = each.getCause()) {
      if (type.isInstance(each)) {
        return type.cast(each);
      }
    }
    return null;
  }
}
