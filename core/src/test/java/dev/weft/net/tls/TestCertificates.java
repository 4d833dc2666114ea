package dev.weft.net.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Certificates for tests, written as DER (X.509, RFC 5280), and the authority that issues them. */
public final class TestCertificates {
  private static final byte[] ECDSA_WITH_SHA256 =
      Der.value(Der.SEQUENCE, oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
  private static final byte[] COMMON_NAME = oid(0x55, 0x04, 0x03);
  private static final byte[] ALTERNATIVE_NAME = oid(0x55, 0x1d, 0x11);
  private static final byte[] BASIC_CONSTRAINTS = oid(0x55, 0x1d, 0x13);
  private static final byte[] TRUE = {0x01, 0x01, (byte) 0xff};
  private static final int UTF8_STRING = 0x0c;
  private static final int UTC_TIME = 0x17;
  private static final int SET = 0x31;
  private static final int DNS_NAME = 0x82;
  private static final int IP_ADDRESS = 0x87;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final AtomicInteger SERIAL = new AtomicInteger(1);

  private static final TlsCertificate AUTHORITY = authority("authority");
  private static final TlsCertificate SERVER = named("EC", "localhost", "127.0.0.1");

  private TestCertificates() {}

  /** For "localhost" and 127.0.0.1, with an EC key. */
  public static TlsCertificate server() {
    return SERVER;
  }

  /** The authority that issues all of these but {@link #stranger}. */
  public static List<X509Certificate> authorities() {
    return AUTHORITY.chain();
  }

  /**
   * A new certificate for these names and addresses.
   *
   * @param keyType "EC", "RSA" or "Ed25519"
   */
  static TlsCertificate named(String keyType, String... names) {
    return issue(keys(keyType), AUTHORITY, names);
  }

  /** For "localhost", by an authority that is in no list. */
  static TlsCertificate stranger() {
    return issue(keys("EC"), authority("stranger"), "localhost");
  }

  private static TlsCertificate authority(String name) {
    KeyPair keys = keys("EC");
    byte[] constraints = extension(BASIC_CONSTRAINTS, TRUE, Der.value(Der.SEQUENCE, TRUE));
    X509Certificate certificate = sign(keys.getPrivate(), name, keys, name, constraints);
    return new TlsCertificate(List.of(certificate), keys.getPrivate());
  }

  private static TlsCertificate issue(KeyPair keys, TlsCertificate issuer, String... names) {
    byte[][] all = new byte[names.length][];
    for (int i = 0; i < names.length; i++) {
      all[i] = alternativeName(names[i]);
    }
    byte[] extension = extension(ALTERNATIVE_NAME, new byte[0], Der.value(Der.SEQUENCE, all));
    String issuerName =
        issuer.chain().getFirst().getSubjectX500Principal().getName().substring("CN=".length());
    return new TlsCertificate(
        List.of(sign(issuer.key(), issuerName, keys, names[0], extension)), keys.getPrivate());
  }

  private static byte[] alternativeName(String name) {
    if (!Character.isDigit(name.charAt(0))) {
      return Der.value(DNS_NAME, name.getBytes(StandardCharsets.US_ASCII));
    }
    try {
      return Der.value(IP_ADDRESS, InetAddress.getByName(name).getAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] extension(byte[] oid, byte[] critical, byte[] value) {
    return Der.value(Der.SEQUENCE, oid, critical, Der.value(Der.OCTET_STRING, value));
  }

  private static X509Certificate sign(
      PrivateKey signer, String issuer, KeyPair keys, String subject, byte[] extension) {
    Instant now = Instant.now();
    byte[] content =
        Der.value(
            Der.SEQUENCE,
            Der.value(0xa0, Der.value(Der.INTEGER, new byte[] {2})),
            Der.value(Der.INTEGER, new byte[] {(byte) SERIAL.getAndIncrement()}),
            ECDSA_WITH_SHA256,
            name(issuer),
            Der.value(Der.SEQUENCE, time(now.minusSeconds(86_400)), time(now.plusSeconds(864_000))),
            name(subject),
            keys.getPublic().getEncoded(),
            Der.value(0xa3, Der.value(Der.SEQUENCE, extension)));
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(signer);
      signature.update(content);
      byte[] bits = Der.value(0x03, new byte[1], signature.sign());
      byte[] certificate = Der.value(Der.SEQUENCE, content, ECDSA_WITH_SHA256, bits);
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(certificate));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] name(String commonName) {
    byte[] text = Der.value(UTF8_STRING, commonName.getBytes(StandardCharsets.UTF_8));
    return Der.value(Der.SEQUENCE, Der.value(SET, Der.value(Der.SEQUENCE, COMMON_NAME, text)));
  }

  private static byte[] time(Instant instant) {
    return Der.value(UTC_TIME, TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] oid(int... content) {
    byte[] bytes = new byte[content.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) content[i];
    }
    return Der.value(0x06, bytes);
  }

  static KeyPair keys(String keyType) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(keyType);
      switch (keyType) {
        case "EC" -> generator.initialize(256);
        case "RSA" -> generator.initialize(2048);
        default -> {}
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  // As files

  static String pem(String label, byte[] der) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n";
  }

  static String encryptedPem(PrivateKey key, String password)
      throws GeneralSecurityException, IOException {
    String scheme = "PBEWithHmacSHA256AndAES_256";
    Cipher cipher = Cipher.getInstance(scheme);
    cipher.init(
        Cipher.ENCRYPT_MODE,
        SecretKeyFactory.getInstance(scheme)
            .generateSecret(new PBEKeySpec(password.toCharArray())));
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("PBES2");
    parameters.init(cipher.getParameters().getEncoded());
    byte[] encrypted = cipher.doFinal(key.getEncoded());
    return pem(
        "ENCRYPTED PRIVATE KEY", new EncryptedPrivateKeyInfo(parameters, encrypted).getEncoded());
  }

  /** Writes the chain and the key, in PKCS#8, as PEM files. */
  static void write(TlsCertificate certificate, Path chain, Path key) throws IOException {
    StringBuilder pem = new StringBuilder();
    try {
      for (X509Certificate each : certificate.chain()) {
        pem.append(pem("CERTIFICATE", each.getEncoded()));
      }
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
    Files.writeString(chain, pem);
    Files.writeString(key, pem("PRIVATE KEY", certificate.key().getEncoded()));
  }
}
