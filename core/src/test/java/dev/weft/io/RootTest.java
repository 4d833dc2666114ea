package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is beneath a folder is opened without following links. */
@Tag("contract")
@Timeout(180)
class RootTest {
  @TempDir private Path folder;
  private Path inside;
  private Root root;

  @BeforeEach
  void create() throws IOException {
    inside = Files.createDirectories(folder.resolve("root"));
    Files.createDirectories(inside.resolve("a/b"));
    Files.writeString(inside.resolve("top"), "top");
    Files.writeString(inside.resolve("a/b/deep"), "deep");
    Files.createDirectories(folder.resolve("outside"));
    Files.writeString(folder.resolve("outside/deep"), "secret");
    Files.createSymbolicLink(inside.resolve("absolute"), folder.resolve("outside"));
    Files.createSymbolicLink(inside.resolve("relative"), Path.of("../outside"));
    Files.createSymbolicLink(inside.resolve("a/within"), Path.of("b"));
    Files.createSymbolicLink(inside.resolve("file"), Path.of("top"));
    root = Root.of(inside);
  }

  private static String read(FileHandle file) throws IOException {
    try (file) {
      byte[] content = new byte[100];
      return new String(content, 0, file.pread(content, 0), UTF_8);
    }
  }

  private static List<String> names(DirectoryStream<Path> entries) throws IOException {
    List<String> names = new ArrayList<>();
    try (entries) {
      entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
    }
    return names;
  }

  @Test
  void filesBeneathAreOpened() throws IOException {
    assertThat(read(root.open(Path.of("top")))).isEqualTo("top");
    FileHandle deep = root.open(Path.of("a/b/deep"));
    assertThat(deep.path()).isEqualTo(root.path().resolve("a/b/deep"));
    BasicFileAttributes attributes = deep.stat();
    assertThat(attributes.size()).isEqualTo(4);
    assertThat(attributes.isRegularFile()).isTrue();
    assertThat(deep.hasChangedSince(attributes)).isFalse();
    assertThat(read(deep)).isEqualTo("deep");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "absolute/deep",
        "relative/deep",
        "a/within/deep",
        "file",
        "absolute",
        "top/deep",
        "none",
        "none/deep"
      })
  void linksAreAsIfTheyWereNotThere(String path) {
    assertThatThrownBy(() -> root.open(Path.of(path)).close())
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage("open " + root.path().resolve(path) + ": no such file or directory");
  }

  @Test
  void foldersBeneathAreListed() throws IOException {
    assertThat(names(root.list(Path.of(""))))
        .containsExactlyInAnyOrder("a", "top", "absolute", "relative", "file");
    assertThat(names(root.list(Path.of("a/b")))).containsExactly("deep");
  }

  @ParameterizedTest
  @ValueSource(strings = {"absolute", "relative", "a/within", "top", "none", "none/deeper"})
  void linksToFoldersAreNotListed(String path) {
    assertThatThrownBy(() -> root.list(Path.of(path)).close())
        .isInstanceOf(NoSuchFileException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/passwd", "..", "../outside/deep", "a/../../outside/deep", "./top"})
  void pathsThatAreNotBeneathAreRefused(String path) {
    assertThatThrownBy(() -> root.open(Path.of(path)).close())
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> root.list(Path.of(path)).close())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anEmptyPathIsNoFile() {
    assertThatThrownBy(() -> root.open(Path.of("")).close())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesThatAreNotAsciiAreFound() throws IOException {
    Files.createDirectory(inside.resolve("é"));
    Files.writeString(inside.resolve("é/ü"), "accents");
    assertThat(read(root.open(Path.of("é/ü")))).isEqualTo("accents");
  }

  @Test
  void aFolderThatTakesThePlaceOfTheRootIsUsed() throws IOException {
    Files.move(inside, folder.resolve("before"));
    Files.createDirectory(inside);
    Files.writeString(inside.resolve("top"), "new");
    assertThat(read(root.open(Path.of("top")))).isEqualTo("new");
  }

  @Test
  void theRootIsAFolder() {
    assertThatThrownBy(() -> Root.of(inside.resolve("top")))
        .isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> Root.of(inside.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }

  /** The file system of an archive opens no file in an open folder. */
  @Test
  void otherFileSystemsCheckThePath() throws IOException {
    Path archive = folder.resolve("archive.zip");
    try (var zip = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
      Files.createDirectory(zip.getPath("/a"));
      Files.writeString(zip.getPath("/a/file"), "zipped");
      Root zipped = Root.of(zip.getPath("/a"));
      FileHandle file = zipped.open(zip.getPath("file"));
      assertThat(file.stat().size()).isEqualTo(6);
      assertThat(read(file)).isEqualTo("zipped");
      assertThat(names(zipped.list(zip.getPath("")))).containsExactly("file");
      assertThatThrownBy(() -> zipped.open(zip.getPath("none")).close())
          .isInstanceOf(NoSuchFileException.class);
    }
  }
}
