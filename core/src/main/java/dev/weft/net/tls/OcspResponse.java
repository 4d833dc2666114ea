package dev.weft.net.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * An authority's statement about the status of one certificate (RFC 6960, section 4.2.1). Clients
 * verify its signature; this class does not.
 */
final class OcspResponse {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private final byte[] bytes;
  private final BigInteger serial;

  /** The time of the next update; {@code null} when the response has none. */
  private final @Nullable Instant nextUpdate;

  private OcspResponse(byte[] bytes, BigInteger serial, @Nullable Instant nextUpdate) {
    this.bytes = bytes;
    this.serial = serial;
    this.nextUpdate = nextUpdate;
  }

  static OcspResponse read(Path file) throws IOException {
    try {
      return parse(Files.readAllBytes(file));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new IOException(file + ": not an OCSP response: " + e.getMessage(), e);
    }
  }

  private static OcspResponse parse(byte[] der) {
    ByteBuffer response = Der.take(ByteBuffer.wrap(der), Der.SEQUENCE);
    ByteBuffer status = Der.take(response, Der.ENUMERATED);
    if (status.remaining() != 1 || status.get() != 0) {
      throw new IllegalArgumentException("the authority answered with an error");
    }
    ByteBuffer typed = Der.take(Der.take(response, Der.FIRST), Der.SEQUENCE);
    Der.take(typed, Der.OBJECT_IDENTIFIER);
    ByteBuffer signed = Der.take(Der.take(typed, Der.OCTET_STRING), Der.SEQUENCE);
    ByteBuffer data = Der.take(signed, Der.SEQUENCE);
    if (Der.isNext(data, Der.FIRST)) {
      Der.skip(data); // the version
    }
    Der.skip(data); // the responder
    Der.take(data, Der.GENERALIZED_TIME);
    ByteBuffer single = Der.take(Der.take(data, Der.SEQUENCE), Der.SEQUENCE);
    BigInteger serial = serial(Der.take(single, Der.SEQUENCE));
    Der.skip(single); // good, revoked or unknown
    Der.take(single, Der.GENERALIZED_TIME);
    Instant nextUpdate =
        Der.isNext(single, Der.FIRST)
            ? time(Der.take(Der.take(single, Der.FIRST), Der.GENERALIZED_TIME))
            : null;
    return new OcspResponse(der, serial, nextUpdate);
  }

  private static BigInteger serial(ByteBuffer certificate) {
    Der.take(certificate, Der.SEQUENCE);
    Der.take(certificate, Der.OCTET_STRING);
    Der.take(certificate, Der.OCTET_STRING);
    byte[] number = bytes(Der.take(certificate, Der.INTEGER));
    return new BigInteger(number);
  }

  private static Instant time(ByteBuffer text) {
    return TIME.parse(new String(bytes(text), US_ASCII), Instant::from);
  }

  private static byte[] bytes(ByteBuffer from) {
    byte[] bytes = new byte[from.remaining()];
    from.get(bytes);
    return bytes;
  }

  /** Returns the response in DER; the caller must not modify it. */
  byte[] bytes() {
    return bytes;
  }

  boolean isFor(X509Certificate certificate) {
    return certificate.getSerialNumber().equals(serial);
  }

  /** Reports whether clients accept it: its next update is not due yet. */
  boolean isInTime() {
    return nextUpdate == null || Instant.now().isBefore(nextUpdate);
  }
}
