package dev.weft.net.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/** Reads a private key from a PEM file. */
final class PemKey {
  /** The types of key tried for a PKCS#8 structure; the first factory that accepts it wins. */
  private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA", "RSASSA-PSS");

  private static final byte[] VERSION = {Der.INTEGER, 1, 0};

  /** rsaEncryption, 1.2.840.113549.1.1.1 (RFC 8017), with its NULL parameter. */
  private static final byte[] RSA = {
    0x06,
    0x09,
    0x2a,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xf7,
    0x0d,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };

  /** id-ecPublicKey, 1.2.840.10045.2.1 (RFC 5480). */
  private static final byte[] EC = {
    0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01
  };

  /** The tag of the curve in an ECPrivateKey (RFC 5915). */
  private static final int PARAMETERS = 0xa0;

  private PemKey() {}

  static PrivateKey read(Path file, @Nullable Supplier<char[]> password) throws IOException {
    for (PemBlocks.Block block : PemBlocks.read(file)) {
      try {
        switch (block.label()) {
          case "PRIVATE KEY" -> {
            return fromPkcs8(block.content());
          }
          case "RSA PRIVATE KEY" -> {
            return fromPkcs8(wrap(RSA, block.content()));
          }
          case "EC PRIVATE KEY" -> {
            return fromPkcs8(fromSec1(block.content()));
          }
          case "ENCRYPTED PRIVATE KEY" -> {
            return fromPkcs8(decrypt(file, block.content(), password));
          }
          default -> {} // Certificates may be in the same file, and EC PARAMETERS.
        }
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        throw new IOException(
            file + ": the " + block.label() + " cannot be read: " + e.getMessage(), e);
      }
    }
    throw new IOException(file + ": no private key in it");
  }

  private static PrivateKey fromPkcs8(byte[] der) throws GeneralSecurityException {
    GeneralSecurityException failure = new GeneralSecurityException("not " + ALGORITHMS);
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (GeneralSecurityException e) {
        failure.addSuppressed(e);
      }
    }
    throw failure;
  }

  /** Wraps a key of another format in PKCS#8 (RFC 5208): version, algorithm, key. */
  private static byte[] wrap(byte[] algorithm, byte[] key) {
    return Der.value(
        Der.SEQUENCE,
        VERSION,
        Der.value(Der.SEQUENCE, algorithm),
        Der.value(Der.OCTET_STRING, key));
  }

  /** An ECPrivateKey names its curve inside, PKCS#8 outside. */
  private static byte[] fromSec1(byte[] key) {
    ByteBuffer fields = Der.take(ByteBuffer.wrap(key), Der.SEQUENCE);
    Der.take(fields, Der.INTEGER);
    Der.take(fields, Der.OCTET_STRING);
    ByteBuffer curve = Der.take(fields, PARAMETERS);
    byte[] oid = new byte[curve.remaining()];
    curve.get(oid);
    return wrap(concat(EC, oid), key);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static byte[] decrypt(Path file, byte[] der, @Nullable Supplier<char[]> password)
      throws IOException, GeneralSecurityException {
    if (password == null) {
      throw new IOException(file + ": the key is encrypted, and there is no password for it");
    }
    EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
    AlgorithmParameters parameters = info.getAlgParameters();
    if (parameters == null) {
      throw new GeneralSecurityException("unknown encryption " + info.getAlgName());
    }
    // The parameters of PBES2 name the scheme the way the factories want it.
    String name = parameters.toString();
    String algorithm = name.startsWith("PBEWith") ? name : info.getAlgName();
    char[] secret = password.get();
    PBEKeySpec spec = new PBEKeySpec(secret);
    try {
      SecretKey key = SecretKeyFactory.getInstance(algorithm).generateSecret(spec);
      Cipher cipher = Cipher.getInstance(algorithm);
      cipher.init(Cipher.DECRYPT_MODE, key, parameters);
      return info.getKeySpec(cipher).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new GeneralSecurityException("is the password right? " + e.getMessage(), e);
    } finally {
      spec.clearPassword();
      Arrays.fill(secret, ' ');
    }
  }
}
