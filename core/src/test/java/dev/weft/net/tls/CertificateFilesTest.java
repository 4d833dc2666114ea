package dev.weft.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that are replaced while they serve. */
class CertificateFilesTest {
  private static final long AT_EVERY_HANDSHAKE = 0;

  private final TlsCertificate old = TestCertificates.named("EC", "old.test");
  private final TlsCertificate renewed = TestCertificates.named("EC", "renewed.test");

  @TempDir Path folder;
  private Path chain;
  private Path key;

  @BeforeEach
  void writeOld() throws IOException {
    chain = folder.resolve("cert.pem");
    key = folder.resolve("key.pem");
    TestCertificates.write(old, chain, key);
  }

  private CertificateFiles open() throws IOException {
    return CertificateFiles.open(chain, key, null, AT_EVERY_HANDSHAKE);
  }

  /** As programs do that renew certificates, so that no half of a file is ever seen. */
  private void replaceBy(TlsCertificate certificate) throws IOException {
    Path newChain = folder.resolve("cert.new");
    Path newKey = folder.resolve("key.new");
    TestCertificates.write(certificate, newChain, newKey);
    Files.move(newKey, key, StandardCopyOption.REPLACE_EXISTING);
    Files.move(newChain, chain, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void newFilesAreUsed() throws IOException {
    CertificateFiles files = open();
    assertThat(files.newest().certificate()).isEqualTo(old);
    replaceBy(renewed);
    assertThat(files.newest().certificate()).isEqualTo(renewed);
  }

  @Test
  void aHandshakeThatBeganWithTheOldOneEndsWithIt() throws IOException {
    CertificateFiles files = open();
    int number = files.newest().number();
    replaceBy(renewed);
    assertThat(files.newest().number()).isGreaterThan(number);
    assertThat(files.ofGeneration(number)).isEqualTo(old);
  }

  @Test
  void brokenFilesLeaveTheOldOneServing() throws IOException {
    CertificateFiles files = open();
    Files.writeString(chain, "nothing");
    assertThat(files.newest().certificate()).isEqualTo(old);
    Files.delete(chain);
    assertThat(files.newest().certificate()).isEqualTo(old);
    replaceBy(renewed);
    assertThat(files.newest().certificate()).isEqualTo(renewed);
  }

  @Test
  void filesThatCouldNotBeReadAreReadAgain() throws IOException {
    CertificateFiles files = open();
    Path whole = folder.resolve("whole");
    TestCertificates.write(renewed, whole, key);
    byte[] readable = Files.readAllBytes(whole);
    Files.write(chain, new byte[readable.length]); // as if the system had failed to read it
    assertThat(files.newest().certificate()).isEqualTo(old);
    FileTime unchanged = Files.getLastModifiedTime(chain);
    Files.write(chain, readable);
    Files.setLastModifiedTime(chain, unchanged);
    assertThat(files.newest().certificate()).isEqualTo(renewed);
  }

  @Test
  void aKeyThatIsNotTheCertificatesLeavesTheOldOneServing() throws IOException {
    CertificateFiles files = open();
    Path other = folder.resolve("other");
    TestCertificates.write(renewed, other, key);
    assertThat(files.newest().certificate()).isEqualTo(old);
    Files.move(other, chain, StandardCopyOption.REPLACE_EXISTING);
    assertThat(files.newest().certificate()).isEqualTo(renewed);
  }

  @Test
  void aPasswordThatCannotBeHadLeavesTheOldOneServing() throws Exception {
    AtomicBoolean locked = new AtomicBoolean();
    Supplier<char[]> password =
        () -> {
          if (locked.get()) {
            throw new IllegalStateException("the vault is locked");
          }
          return "secret".toCharArray();
        };
    Files.writeString(key, TestCertificates.encryptedPem(old.key(), "secret"));
    CertificateFiles files = CertificateFiles.open(chain, key, password, AT_EVERY_HANDSHAKE);
    locked.set(true);
    TestCertificates.write(renewed, chain, key);
    Files.writeString(key, TestCertificates.encryptedPem(renewed.key(), "secret"));
    assertThat(files.newest().certificate()).isEqualTo(old);
    locked.set(false);
    assertThat(files.newest().certificate()).isEqualTo(renewed);
  }

  @Test
  void filesThatAreBrokenFromTheBeginningAreRefused() throws IOException {
    Files.writeString(chain, "nothing");
    assertThatThrownBy(this::open)
        .isInstanceOf(IOException.class)
        .hasMessage(chain + ": no PEM block (-----BEGIN ...-----) in it");
  }
}
