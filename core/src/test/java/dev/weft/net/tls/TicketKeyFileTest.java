package dev.weft.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file of ticket keys that processes share. */
class TicketKeyFileTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("keys");
  }

  private void requirePosix() {
    assumeTrue(
        file.getFileSystem().supportedFileAttributeViews().contains("posix"),
        "the file system has no POSIX permissions");
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    TicketKeys keys = TicketKeyFile.create(file);
    TicketKeys read = TicketKeyFile.read(file);
    assertThat(read).hasToString(keys.toString());
    assertThat(read.current().hmac()).isEqualTo(keys.current().hmac());
    assertThat(read.next().aes()).isEqualTo(keys.next().aes());
    assertThat(read.previous().name()).isEqualTo(keys.previous().name());
  }

  @Test
  void onlyItsOwnerHasAccess() throws IOException {
    requirePosix();
    TicketKeyFile.create(file);
    assertThat(permissions()).isEqualTo("rw-------");
    TicketKeyFile.rotate(file);
    assertThat(permissions()).isEqualTo("rw-------");
  }

  private String permissions() throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @ParameterizedTest
  @CsvSource({"rw-r-----", "rw----r--", "rw--w----", "rwx------"})
  void aFileForOthersIsRefused(String mode) throws IOException {
    requirePosix();
    TicketKeyFile.create(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    assertThatThrownBy(() -> TicketKeyFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(mode)
        .hasMessageContaining("chmod 600");
    assertThatThrownBy(() -> TicketKeyFile.rotate(file)).isInstanceOf(IOException.class);
  }

  @Test
  void keysThatAreThereAreNotOverwritten() throws IOException {
    TicketKeyFile.create(file);
    String text = Files.readString(file);
    assertThatThrownBy(() -> TicketKeyFile.create(file))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(Files.readString(file)).isEqualTo(text);
  }

  @Test
  void rotationMovesEachKeyOn() throws IOException {
    TicketKeys before = TicketKeyFile.create(file);
    TicketKeyFile.rotate(file);
    TicketKeys after = TicketKeyFile.read(file);
    assertThat(after.current().aes()).isEqualTo(before.next().aes());
    assertThat(after.previous().aes()).isEqualTo(before.current().aes());
    assertThat(after.next().name())
        .isNotEqualTo(before.next().name())
        .isNotEqualTo(before.previous().name());
  }

  @Test
  void rotationLeavesNothingBeside() throws IOException {
    TicketKeyFile.create(file);
    TicketKeyFile.rotate(file);
    Files.writeString(file, "nothing");
    assertThatThrownBy(() -> TicketKeyFile.rotate(file)).isInstanceOf(IOException.class);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void noReaderSeesHalfOfAFile() throws Exception {
    TicketKeyFile.create(file);
    AtomicBoolean done = new AtomicBoolean();
    try (Goroutines goroutines = new Goroutines()) {
      var reading =
          goroutines.go(() -> {
            while (!done.get()) {
              TicketKeyFile.read(file);
            }
          });
      try {
        for (int i = 0; i < 50; i++) {
          TicketKeyFile.rotate(file);
        }
      } finally {
        done.set(true);
      }
      reading.join();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          current            | :1: not a role and a key, or a second one
          current Pz8        | :1: a key has 48 bytes, not 2
          current !          | :1: the key is not in Base64
          # nothing          | : it has to have a current, a next and a previous key, and no other one
          """)
  void aBrokenFileIsRefusedByItsLine(String text, String message) throws IOException {
    write(text);
    assertThatThrownBy(() -> TicketKeyFile.read(file)).hasMessage(file + message);
  }

  private void write(String text) throws IOException {
    TicketKeyFile.create(file); // with the permissions that it must have
    Files.writeString(file, text);
  }

  @Test
  void aKeyTooFewOrTwiceIsRefused() throws IOException {
    TicketKeyFile.create(file);
    String text = Files.readString(file);
    Files.writeString(file, text.substring(0, text.indexOf("previous")));
    assertThatThrownBy(() -> TicketKeyFile.read(file)).hasMessageContaining("it has to have");
    Files.writeString(file, text.replace("next", "current"));
    assertThatThrownBy(() -> TicketKeyFile.read(file)).hasMessageContaining(":3: ");
  }

  @Test
  void messagesAndNamesDoNotTellKeys() throws IOException {
    TicketKeys keys = TicketKeyFile.create(file);
    String secret = Files.readString(file).lines().skip(1).findFirst().orElseThrow().substring(8);
    assertThat(keys.toString()).doesNotContain(secret);
    Files.writeString(file, "current " + secret + "!");
    assertThatThrownBy(() -> TicketKeyFile.read(file))
        .message()
        .doesNotContain(secret.substring(0, 20));
  }
}
