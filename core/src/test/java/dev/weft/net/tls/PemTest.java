package dev.weft.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and certificates in the formats that the world has them in. */
class PemTest {
  @TempDir Path folder;

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("file.pem"), content);
  }

  private PrivateKey read(String label, byte[] der) throws IOException {
    return PemKey.read(file(TestCertificates.pem(label, der)), null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA", "Ed25519"})
  void keysInPkcs8(String keyType) throws IOException {
    PrivateKey key = TestCertificates.keys(keyType).getPrivate();
    assertThat(read("PRIVATE KEY", key.getEncoded())).isEqualTo(key);
  }

  @Test
  void keysInPkcs1() throws IOException {
    PrivateKey key = TestCertificates.keys("RSA").getPrivate();
    assertThat(read("RSA PRIVATE KEY", inner(key))).isEqualTo(key);
  }

  @Test
  void keysInSec1() throws IOException {
    PrivateKey key = TestCertificates.keys("EC").getPrivate();
    // What PKCS#8 has outside, SEC 1 has inside: the curve.
    ByteBuffer fields = Der.take(ByteBuffer.wrap(key.getEncoded()), Der.SEQUENCE);
    Der.take(fields, Der.INTEGER);
    ByteBuffer algorithm = Der.take(fields, Der.SEQUENCE);
    Der.take(algorithm, Der.OBJECT_IDENTIFIER);
    byte[] curve = new byte[algorithm.remaining()];
    algorithm.get(curve);
    ByteBuffer inside = Der.take(ByteBuffer.wrap(inner(key)), Der.SEQUENCE);
    Der.take(inside, Der.INTEGER);
    byte[] secret = new byte[32];
    Der.take(inside, Der.OCTET_STRING).get(secret);
    byte[] sec1 =
        Der.value(
            Der.SEQUENCE,
            Der.value(Der.INTEGER, new byte[] {1}),
            Der.value(Der.OCTET_STRING, secret),
            Der.value(0xa0, curve));
    ECPrivateKey got = (ECPrivateKey) read("EC PRIVATE KEY", sec1);
    assertThat(got.getS()).isEqualTo(((ECPrivateKey) key).getS());
    assertThat(got.getParams().getCurve()).isEqualTo(((ECPrivateKey) key).getParams().getCurve());
  }

  /** The key of its own format that is inside a key in PKCS#8. */
  private static byte[] inner(PrivateKey key) {
    ByteBuffer fields = Der.take(ByteBuffer.wrap(key.getEncoded()), Der.SEQUENCE);
    Der.take(fields, Der.INTEGER);
    Der.take(fields, Der.SEQUENCE);
    ByteBuffer content = Der.take(fields, Der.OCTET_STRING);
    byte[] bytes = new byte[content.remaining()];
    content.get(bytes);
    return bytes;
  }

  @Test
  void encryptedKeysWithTheirPassword() throws Exception {
    PrivateKey key = TestCertificates.keys("EC").getPrivate();
    Path file = file(TestCertificates.encryptedPem(key, "secret"));
    assertThat(PemKey.read(file, "secret"::toCharArray)).isEqualTo(key);
    assertThatThrownBy(() -> PemKey.read(file, "wrong"::toCharArray))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file + ": ")
        .hasMessageContaining("is the password right?");
    assertThatThrownBy(() -> PemKey.read(file, null))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": the key is encrypted, and there is no password for it");
  }

  @Test
  void anEncryptionThatIsNotKnownIsNamed() throws IOException {
    byte[] der = {0x30, 9, 0x30, 4, 0x06, 2, 0x2a, 3, 0x04, 1, 0}; // 1.2.3, and one byte
    Path file = file(TestCertificates.pem("ENCRYPTED PRIVATE KEY", der));
    assertThatThrownBy(() -> PemKey.read(file, "secret"::toCharArray))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file + ": ")
        .hasMessageContaining("1.2.3");
  }

  @Test
  void theOldEncryptionIsRefusedWithTheCommandThatConverts() throws IOException {
    Path file =
        file(
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n"
                + "-----END RSA PRIVATE KEY-----\n");
    assertThatThrownBy(() -> PemKey.read(file, null))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("openssl pkcs8 -topk8");
  }

  @Test
  void aChainMayHaveTextBetweenItsCertificates() throws Exception {
    byte[] first = TestCertificates.server().chain().getFirst().getEncoded();
    byte[] second = TestCertificates.authorities().getFirst().getEncoded();
    Path file =
        file(
            "subject=localhost\n"
                + TestCertificates.pem("CERTIFICATE", first)
                + "\nissuer=authority\n"
                + TestCertificates.pem("CERTIFICATE", second));
    assertThat(PemCertificates.read(file))
        .containsExactly(
            TestCertificates.server().chain().getFirst(),
            TestCertificates.authorities().getFirst());
  }

  @Test
  void filesWithSomethingElseAreNamed() throws Exception {
    Path certificate =
        file(
            TestCertificates.pem(
                "CERTIFICATE", TestCertificates.server().chain().getFirst().getEncoded()));
    assertThatThrownBy(() -> PemKey.read(certificate, null))
        .hasMessage(certificate + ": no private key in it");
    Path broken = file(TestCertificates.pem("CERTIFICATE", new byte[] {1, 2, 3}));
    assertThatThrownBy(() -> PemCertificates.read(broken))
        .hasMessageStartingWith(broken + ": not a certificate: ");
    assertThatThrownBy(() -> PemCertificates.read(folder.resolve("missing.pem")))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("missing.pem: no such file");
  }

  @Test
  void aKeyOfAnotherCertificateIsRefused() {
    TlsCertificate one = TestCertificates.server();
    for (String keyType : new String[] {"EC", "RSA"}) {
      assertThatThrownBy(
              () -> new TlsCertificate(one.chain(), TestCertificates.keys(keyType).getPrivate()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
