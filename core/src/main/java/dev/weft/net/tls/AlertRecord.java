package dev.weft.net.tls;

import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fatal alerts in records that are not encrypted. OpenSSL's clients refuse a certificate of TLS 1.3
 * by one: the server has keys by then, so its engine takes the record for a broken one and does not
 * say what the alert is.
 */
final class AlertRecord {
  private static final byte TYPE = 21;

  /** Type, version, length, level, description; an encrypted one is longer. */
  private static final int SIZE = 7;

  /** The length of the rest, and the level: fatal. */
  private static final byte[] REST = {0, 2, 2};

  private static final int REST_AT = 3;

  /** RFC 8446, section 6, and RFC 5246, section 7.2. */
  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(0, "close_notify"),
          Map.entry(10, "unexpected_message"),
          Map.entry(20, "bad_record_mac"),
          Map.entry(22, "record_overflow"),
          Map.entry(40, "handshake_failure"),
          Map.entry(42, "bad_certificate"),
          Map.entry(43, "unsupported_certificate"),
          Map.entry(44, "certificate_revoked"),
          Map.entry(45, "certificate_expired"),
          Map.entry(46, "certificate_unknown"),
          Map.entry(47, "illegal_parameter"),
          Map.entry(48, "unknown_ca"),
          Map.entry(49, "access_denied"),
          Map.entry(50, "decode_error"),
          Map.entry(51, "decrypt_error"),
          Map.entry(70, "protocol_version"),
          Map.entry(71, "insufficient_security"),
          Map.entry(80, "internal_error"),
          Map.entry(86, "inappropriate_fallback"),
          Map.entry(90, "user_canceled"),
          Map.entry(109, "missing_extension"),
          Map.entry(110, "unsupported_extension"),
          Map.entry(112, "unrecognized_name"),
          Map.entry(113, "bad_certificate_status_response"),
          Map.entry(115, "unknown_psk_identity"),
          Map.entry(116, "certificate_required"),
          Map.entry(120, "no_application_protocol"));

  private AlertRecord() {}

  /** Returns the name of the alert that the bytes begin with; null when it is something else. */
  static @Nullable String name(ByteBuffer bytes) {
    int at = bytes.position();
    return bytes.remaining() >= SIZE
            && bytes.get(at) == TYPE
            && bytes.slice(at + REST_AT, REST.length).equals(ByteBuffer.wrap(REST))
        ? NAMES.get(Byte.toUnsignedInt(bytes.get(at + SIZE - 1)))
        : null;
  }
}
