package dev.weft.io;

import static dev.weft.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files hold what was written to them. */
@Tag("contract")
@Timeout(180)
class FileHandleTest {
  private static final int MEBI = 1 << 20;

  @TempDir private Path folder;
  private Path path;

  @BeforeEach
  void name() {
    path = folder.resolve("file");
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private FileHandle create(byte[] content) throws IOException {
    Files.write(path, content);
    return FileHandle.open(path, READ, WRITE);
  }

  // Reading

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4_095, 4_096, 64 * 1024, 64 * 1024 + 1, 3 * MEBI + 7})
  void readsEveryByteAndThenTheEnd(int length) throws IOException {
    byte[] content = random(length);
    Files.write(path, content);
    try (FileHandle file = FileHandle.open(path)) {
      byte[] buffer = new byte[length + 1];
      if (length > 0) {
        assertThat(file.read(buffer)).isEqualTo(length);
        assertThat(Arrays.copyOf(buffer, length)).isEqualTo(content);
      }
      assertThat(file.position()).isEqualTo(length);
      assertThat(file.read(buffer)).isEqualTo(-1);
      assertThat(file.read(buffer)).isEqualTo(-1);
      assertThat(file.pread(buffer, length)).isEqualTo(-1);
      assertThat(file.pread(buffer, length + 1_000L)).isEqualTo(-1);
    }
  }

  @Test
  void readsOnFromWhereItStopped() throws IOException {
    byte[] content = random(10_000);
    try (FileHandle file = create(content)) {
      byte[] back = new byte[10_000];
      int done = 0;
      for (int n; (n = file.read(back, done, Math.min(777, back.length - done))) > 0; ) {
        done += n;
      }
      assertThat(done).isEqualTo(10_000);
      assertThat(back).isEqualTo(content);
      file.seek(9_999);
      assertThat(file.read(back)).isEqualTo(1);
      assertThat(back[0]).isEqualTo(content[9_999]);
    }
  }

  @Test
  void positionalCallsLeaveThePositionAlone() throws IOException {
    byte[] content = random(1_000);
    try (FileHandle file = create(content)) {
      byte[] part = new byte[100];
      assertThat(file.pread(part, 500)).isEqualTo(100);
      assertThat(part).isEqualTo(Arrays.copyOfRange(content, 500, 600));
      assertThat(file.pread(part, 7, 10, 990)).isEqualTo(10);
      assertThat(file.pread(part, 950)).as("up to the end").isEqualTo(50);
      file.pwrite(new byte[] {1, 2, 3}, 500);
      file.pwrite(new byte[] {0, 9, 0}, 1, 1, 501);
      assertThat(file.position()).isZero();
      assertThat(file.pread(part, 500)).isEqualTo(100);
      assertThat(part).startsWith(1, 9, 3, content[503]);
    }
  }

  @Test
  void anEmptyBufferIsNoEnd() throws IOException {
    try (FileHandle file = create(new byte[0])) {
      assertThat(file.read(new byte[0])).isZero();
      assertThat(file.pread(new byte[0], 5)).isZero();
      file.write(new byte[0]);
      assertThat(file.size()).isZero();
    }
  }

  @Test
  void takesEveryKindOfMemory() throws IOException {
    byte[] content = random(200_000);
    try (FileHandle file = create(content);
        Arena arena = Arena.ofConfined()) {
      ByteBuffer direct = ByteBuffer.allocateDirect(300_000).position(5);
      assertThat(file.read(direct)).isEqualTo(200_000);
      assertThat(direct.position()).isEqualTo(200_005);
      ByteBuffer heap = ByteBuffer.allocate(200_010).position(3);
      assertThat(file.pread(heap, 100_000)).isEqualTo(100_000);
      assertThat(heap.position()).isEqualTo(100_003);
      MemorySegment segment = arena.allocate(200_000);
      assertThat(file.pread(segment, 0)).isEqualTo(200_000);
      assertThat(segment.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(content);
      long[] longs = new long[2];
      assertThat(file.pread(MemorySegment.ofArray(longs), 0)).isEqualTo(16);
      assertThat(longs[1]).isEqualTo(segment.get(ValueLayout.JAVA_LONG, 8));

      file.seek(0);
      file.write(heap.flip().position(3));
      assertThat(heap.hasRemaining()).isFalse();
      file.write(segment.asSlice(0, 100_000));
      assertThat(file.position()).isEqualTo(200_000);
      file.pwrite(MemorySegment.ofArray(longs), 200_000);
      file.pwrite(direct.flip().position(5).limit(25), 200_016);
      byte[] now = Files.readAllBytes(path);
      assertThat(now).hasSize(200_036);
      assertThat(Arrays.copyOf(now, 100_000))
          .isEqualTo(Arrays.copyOfRange(content, 100_000, 200_000));
      assertThat(Arrays.copyOfRange(now, 100_000, 200_000))
          .isEqualTo(Arrays.copyOf(content, 100_000));
      assertThat(Arrays.copyOfRange(now, 200_000, 200_016)).isEqualTo(Arrays.copyOf(content, 16));
      assertThat(Arrays.copyOfRange(now, 200_016, 200_036)).isEqualTo(Arrays.copyOf(content, 20));
      assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1).asReadOnlyBuffer()))
          .isInstanceOf(ReadOnlyBufferException.class);
      assertThatThrownBy(() -> file.read(segment.asReadOnly()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  // Writing

  @ParameterizedTest
  @ValueSource(ints = {1, 4_096, 64 * 1024 + 1, 3 * MEBI + 7})
  void writesEveryByte(int length) throws IOException {
    byte[] content = random(length);
    try (FileHandle file = FileHandle.open(path, WRITE, CREATE_NEW)) {
      file.write(content);
      assertThat(file.position()).isEqualTo(length);
      assertThat(file.size()).isEqualTo(length);
      file.fdatasync();
      file.fsync();
    }
    assertThat(Files.readAllBytes(path)).isEqualTo(content);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void synchronousWritesToo(boolean all) throws IOException {
    byte[] content = random(100_000);
    try (FileHandle file = FileHandle.open(path, WRITE, CREATE, all ? SYNC : DSYNC)) {
      file.write(content);
    }
    assertThat(Files.readAllBytes(path)).isEqualTo(content);
  }

  @Test
  void appendingGoesToTheEndDespiteOtherWriters() throws IOException {
    try (FileHandle first = FileHandle.open(path, APPEND, CREATE);
        FileHandle second = FileHandle.open(path, APPEND)) {
      first.write("a".getBytes(UTF_8));
      second.write("bb".getBytes(UTF_8));
      first.seek(0);
      first.write("c".getBytes(UTF_8));
      assertThat(first.position()).isEqualTo(4);
      assertThat(Files.readString(path)).isEqualTo("abbc");
      assertThatThrownBy(() -> first.pwrite(new byte[1], 0))
          .hasMessage("pwrite " + path + ": opened to append, which knows no position");
    }
  }

  @Test
  void farBehindTheEnd() throws IOException {
    long far = 5L << 32;
    try (FileHandle file = FileHandle.open(path, READ, WRITE, CREATE)) {
      file.pwrite(new byte[] {42}, far);
      assertThat(file.size()).isEqualTo(far + 1);
      byte[] two = {7, 7};
      assertThat(file.pread(two, far - 1)).isEqualTo(2);
      assertThat(two).containsExactly(0, 42);
      file.seek(far + 10);
      file.write(new byte[] {43});
      assertThat(file.position()).isEqualTo(far + 11);
      assertThat(file.pread(two, far + 9)).isEqualTo(2);
      assertThat(two).containsExactly(0, 43);
    }
  }

  @Test
  void truncateLengthensWhatIsAppendedTo() throws IOException {
    Files.write(path, random(100));
    try (FileHandle file = FileHandle.open(path, APPEND)) {
      file.truncate(10);
      file.truncate(MEBI + 7);
      assertThat(file.size()).isEqualTo(MEBI + 7);
      file.write(new byte[] {42});
    }
    byte[] now = Files.readAllBytes(path);
    assertThat(now).hasSize(MEBI + 8);
    assertThat(Arrays.copyOf(now, 10)).isEqualTo(Arrays.copyOf(random(100), 10));
    assertThat(Arrays.copyOfRange(now, 10, MEBI + 7)).containsOnly(0);
    assertThat(now[MEBI + 7]).isEqualTo((byte) 42);
  }

  @Test
  void truncateCutsAndLengthens() throws IOException {
    try (FileHandle file = create(random(100))) {
      file.truncate(10);
      assertThat(file.size()).isEqualTo(10);
      file.truncate(20);
      byte[] all = new byte[100];
      assertThat(file.read(all)).isEqualTo(20);
      assertThat(Arrays.copyOf(all, 10)).isEqualTo(Arrays.copyOf(random(100), 10));
      assertThat(Arrays.copyOfRange(all, 10, 20)).containsOnly(0);
    }
  }

  // Opening

  @Test
  void optionsMeanWhatTheyMeanInTheJdk() throws IOException {
    Files.writeString(path, "hello");
    try (FileHandle file = FileHandle.open(path, WRITE, CREATE)) {
      assertThat(file.size()).isEqualTo(5);
      file.write("J".getBytes(UTF_8));
    }
    assertThat(Files.readString(path)).isEqualTo("Jello");
    try (FileHandle file = FileHandle.open(path, READ, CREATE_NEW, TRUNCATE_EXISTING)) {
      assertThat(file.size()).as("without WRITE the others do not count").isEqualTo(5);
    }
    FileHandle.open(path, WRITE, TRUNCATE_EXISTING).close();
    assertThat(path).isEmptyFile();
    FileHandle.open(path, WRITE, WRITE, DELETE_ON_CLOSE).close();
    assertThat(path).doesNotExist();
    assertThatThrownBy(() -> FileHandle.open(path, READ, APPEND, CREATE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> FileHandle.open(path, APPEND, TRUNCATE_EXISTING))
        .isInstanceOf(IllegalArgumentException.class);
    OpenOption unknown = new OpenOption() {};
    assertThatThrownBy(() -> FileHandle.open(path, unknown))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aNewFileHasItsPermissionsFromTheBeginning() throws IOException {
    assumeThat(Files.getFileStore(folder).supportsFileAttributeView("posix")).isTrue();
    var options = Set.of(WRITE, CREATE);
    for (String text : List.of("rw-------", "r--------", "rwx------")) {
      Path each = folder.resolve(text);
      var permissions = PosixFilePermissions.fromString(text);
      try (FileHandle file =
          FileHandle.open(each, options, PosixFilePermissions.asFileAttribute(permissions))) {
        assertThat(Files.getPosixFilePermissions(each)).isEqualTo(permissions);
        file.write(new byte[3]);
      }
      var others = PosixFilePermissions.fromString("rwx------");
      FileHandle.open(each, Set.of(READ, CREATE), PosixFilePermissions.asFileAttribute(others))
          .close();
      assertThat(Files.getPosixFilePermissions(each)).as("existed").isEqualTo(permissions);
    }
    FileHandle.open(folder.resolve("plain"), options).close();
    assertThat(Files.getPosixFilePermissions(folder.resolve("plain")))
        .contains(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)
        .doesNotContain(PosixFilePermission.OWNER_EXECUTE);
    FileAttribute<String> unknown =
        new FileAttribute<>() {
          @Override
          public String name() {
            return "weft:colour";
          }

          @Override
          public String value() {
            return "red";
          }
        };
    assertThatThrownBy(() -> FileHandle.open(path, options, unknown))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(path).doesNotExist();
  }

  @Test
  void namesMayBeLongAndStrange() throws IOException {
    Path strange = folder.resolve(" a\nb%20'\"" + "x".repeat(200));
    try (FileHandle file = FileHandle.open(strange, WRITE, CREATE)) {
      file.write(new byte[3]);
    }
    assertThat(strange).hasSize(3);
  }

  @Test
  void namesMayBeNoText() throws Exception {
    assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
    // The second is what the first becomes when it is read as UTF-8 and written again.
    String script =
        "printf hello > \"$1/$(printf 'a\\377b')\"; "
            + "printf another > \"$1/$(printf 'a\\357\\277\\275b')\"";
    Process shell = new ProcessBuilder("sh", "-c", script, "sh", folder.toString()).start();
    assumeThat(shell.waitFor()).as("the file system takes any name").isZero();
    int seen = 0;
    try (var all = Files.newDirectoryStream(folder)) {
      for (Path each : all) {
        try (FileHandle file = FileHandle.open(each)) {
          byte[] bytes = new byte[(int) Files.size(each)];
          assertThat(file.read(bytes)).isEqualTo(bytes.length);
          assertThat(bytes).isEqualTo(Files.readAllBytes(each));
          assertThat(file.stat().size()).isEqualTo(bytes.length);
          seen++;
        }
      }
    }
    assertThat(seen).isEqualTo(2);
  }

  // About it

  /** A file whose last change lies behind the step of the file system's clock, opened. */
  private FileHandle unchangedFor(long size) throws Exception {
    FileHandle file = create(new byte[(int) size]);
    Path probe = folder.resolve("probe");
    eventually(
        "the file system's clock moves",
        () -> {
          Files.write(probe, new byte[1]);
          return Files.getLastModifiedTime(probe).compareTo(Files.getLastModifiedTime(path)) > 0;
        });
    return file;
  }

  /** Without Weft's own system calls the path is asked, where there may be no file any more. */
  private static boolean hasChanged(FileHandle file, BasicFileAttributes earlier)
      throws IOException {
    try {
      return file.hasChangedSince(earlier);
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  @Test
  void readingChangesNothing() throws Exception {
    try (FileHandle file = unchangedFor(10)) {
      BasicFileAttributes before = file.stat();
      file.read(new byte[10]);
      assertThat(file.hasChangedSince(before)).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"written", "cut", "renamed", "replaced", "deleted"})
  void aChangeOfAnOpenFileIsSeen(String how) throws Exception {
    try (FileHandle file = unchangedFor(10)) {
      BasicFileAttributes before = file.stat();
      switch (how) {
        case "written" -> Files.write(path, new byte[10]);
        case "cut" -> file.truncate(9);
        case "renamed" -> Files.move(path, folder.resolve("elsewhere"));
        case "replaced" -> Files.move(folder.resolve("probe"), path, REPLACE_EXISTING);
        default -> Files.delete(path);
      }
      assertThat(hasChanged(file, before)).isTrue();
    }
  }

  @Test
  void aClosedFileTellsNoChange() throws Exception {
    FileHandle file = create(new byte[1]);
    BasicFileAttributes before = file.stat();
    file.close();
    assertThatThrownBy(() -> file.hasChangedSince(before))
        .isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void tellsWhatTheSystemKnows() throws IOException {
    try (FileHandle file = create(random(1_234));
        FileHandle directory = FileHandle.open(folder)) {
      BasicFileAttributes own = file.stat();
      BasicFileAttributes jdks = Files.readAttributes(path, BasicFileAttributes.class);
      assertThat(own.size()).isEqualTo(1_234);
      assertThat(own.isRegularFile()).isTrue();
      assertThat(own.isDirectory() || own.isSymbolicLink() || own.isOther()).isFalse();
      assertThat(own.lastModifiedTime()).isEqualTo(jdks.lastModifiedTime());
      assertThat(own.lastAccessTime()).isEqualTo(jdks.lastAccessTime());
      assertThat(own.creationTime()).isEqualTo(jdks.creationTime());
      assertThat(own.fileKey()).isEqualTo(file.stat().fileKey());
      assertThat(own.fileKey()).isNotEqualTo(directory.stat().fileKey());
      assertThat(directory.stat().isDirectory()).isTrue();
      assertThat(file.path()).isEqualTo(path);
      assertThat(file).hasToString("file " + path);
    }
  }
}
