package dev.weft.io;

import static dev.weft.testing.Eventually.PATIENCE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.chan.Chan;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Failures of files are the JDK's, and say operation, path and reason. */
@Tag("contract")
@Timeout(180)
class FileHandleErrorsTest {
  @TempDir private Path folder;
  private Path path;

  @BeforeEach
  void create() throws IOException {
    path = folder.resolve("file");
    Files.write(path, new byte[10]);
  }

  @Test
  void noSuchFile() {
    Path none = folder.resolve("none");
    assertThatThrownBy(() -> FileHandle.open(none))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage("open " + none + ": no such file or directory")
        .satisfies(e -> assertThat(((FileSystemException) e).getFile()).isEqualTo(none.toString()));
    assertThatThrownBy(() -> FileHandle.open(none.resolve("deeper"), WRITE, CREATE))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage("open " + none.resolve("deeper") + ": no such file or directory");
  }

  @Test
  void existsAlready() {
    assertThatThrownBy(() -> FileHandle.open(path, WRITE, CREATE_NEW))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessage("open " + path + ": file exists");
  }

  @Test
  void accessDenied() throws IOException {
    assumeThat(System.getProperty("user.name")).as("root may read everything").isNotEqualTo("root");
    assertThat(path.toFile().setReadable(false)).isTrue();
    assertThatThrownBy(() -> FileHandle.open(path))
        .isInstanceOf(AccessDeniedException.class)
        .hasMessage("open " + path + ": permission denied");
  }

  @Test
  void aDirectoryIsNoFile() throws IOException {
    assertThatThrownBy(() -> FileHandle.open(folder, WRITE))
        .isInstanceOf(FileSystemException.class)
        .hasMessage("open " + folder + ": is a directory");
  }

  @Test
  void aFileIsNoDirectory() {
    assertThatThrownBy(() -> FileHandle.open(path.resolve("below")))
        .isInstanceOf(FileSystemException.class)
        .hasMessage("open " + path.resolve("below") + ": not a directory");
  }

  @Test
  void openedForTheOtherDirection() throws IOException {
    try (FileHandle reading = FileHandle.open(path);
        FileHandle writing = FileHandle.open(path, WRITE)) {
      String notForWriting = ": not opened for writing";
      assertThatThrownBy(() -> reading.write(new byte[1]))
          .isInstanceOf(FileSystemException.class)
          .hasMessage("write " + path + notForWriting);
      assertThatThrownBy(() -> reading.pwrite(new byte[1], 0))
          .hasMessage("pwrite " + path + notForWriting);
      assertThatThrownBy(() -> reading.truncate(0)).hasMessage("truncate " + path + notForWriting);
      assertThatThrownBy(() -> writing.read(new byte[1]))
          .isInstanceOf(FileSystemException.class)
          .hasMessage("read " + path + ": not opened for reading");
      assertThatThrownBy(() -> writing.pread(new byte[1], 0))
          .hasMessage("pread " + path + ": not opened for reading");
      assertThat(reading.size()).isEqualTo(10);
    }
  }

  @Test
  void noSpaceLeft() throws Exception {
    Path full = Path.of("/dev/full");
    assumeThat(full).exists();
    String reason = " /dev/full: no space left on device";
    Chan<Completion> done = Chan.buffered(1);
    try (FileHandle file = FileHandle.open(full, READ, WRITE)) {
      file.seek(3);
      assertThatThrownBy(() -> file.write(new byte[5]))
          .isInstanceOf(FileSystemException.class)
          .hasMessage("write" + reason);
      assertThat(file.position()).isEqualTo(3);
      assertThatThrownBy(() -> file.pwrite(new byte[5], 7))
          .isInstanceOf(FileSystemException.class)
          .hasMessage("pwrite" + reason);
      file.pwriteAsync(MemorySegment.ofArray(new byte[5]), 7, 11, done);
      Completion completion = done.receive(PATIENCE);
      assertThat(completion).isNotNull();
      assertThat(completion.token()).isEqualTo(11);
      assertThat(completion.count()).isZero();
      assertThat(completion.failure())
          .isInstanceOf(FileSystemException.class)
          .hasMessage("pwrite" + reason);
      assertThat(file.position()).isEqualTo(3);
    }
  }

  @Test
  void noPositionIsNegative() throws IOException {
    try (FileHandle file = FileHandle.open(path, READ, WRITE)) {
      assertThatThrownBy(() -> file.pread(new byte[1], -1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("negative position -1");
      assertThatThrownBy(() -> file.pwrite(new byte[1], Long.MIN_VALUE))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> file.seek(-1)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> file.truncate(-1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("negative size -1");
      assertThatThrownBy(() -> file.read(new byte[1], 1, 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void nothingWorksAfterClosing() throws IOException {
    FileHandle file = FileHandle.open(path, READ, WRITE);
    file.close();
    file.close();
    assertThat(file.isOpen()).isFalse();
    assertThat(file).hasToString("file " + path + " (closed)");
    assertClosed("read", () -> file.read(new byte[1]));
    assertClosed("write", () -> file.write(new byte[1]));
    assertClosed("pread", () -> file.pread(new byte[1], 0));
    assertClosed("pwrite", () -> file.pwrite(new byte[1], 0));
    assertClosed("fsync", file::fsync);
    assertClosed("fdatasync", file::fdatasync);
    assertClosed("size", file::size);
    assertClosed("stat", file::stat);
    assertClosed("truncate", () -> file.truncate(0));
    assertClosed("seek", () -> file.seek(0));
  }

  private void assertClosed(String operation, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(ClosedChannelException.class)
        .hasMessage(operation + " " + path + ": file already closed");
  }
}
