package dev.weft.net.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** Names of key algorithms, which differ between keys, certificates and engines. */
final class KeyTypes {
  private KeyTypes() {}

  /**
   * Reports whether keys of the algorithm {@code of} serve where the engine wants {@code wanted}.
   */
  static boolean fits(String wanted, String of) {
    return family(wanted).equals(family(of));
  }

  private static String family(String algorithm) {
    return switch (algorithm) {
      case "Ed25519", "Ed448", "EdDSA" -> "EdDSA";
      case "EC_EC", "EC_RSA", "EC" -> "EC";
      case "RSASSA-PSS", "RSA" -> "RSA";
      default -> algorithm;
    };
  }

  /**
   * Checks that the keys belong together, by a signature.
   *
   * @throws IllegalArgumentException when they do not
   */
  static void requirePair(PublicKey certified, PrivateKey key) {
    if (!fits(certified.getAlgorithm(), key.getAlgorithm())) {
      throw new IllegalArgumentException(
          "the key is "
              + key.getAlgorithm()
              + ", the certificate's is "
              + certified.getAlgorithm());
    }
    String signature =
        switch (family(key.getAlgorithm())) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    try {
      Signature signer = Signature.getInstance(signature);
      signer.initSign(key);
      signer.update((byte) 1);
      byte[] signed = signer.sign();
      signer.initVerify(certified);
      signer.update((byte) 1);
      if (!signer.verify(signed)) {
        throw new IllegalArgumentException("the key is not the certificate's");
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the key does not sign: " + e.getMessage(), e);
    }
  }
}
