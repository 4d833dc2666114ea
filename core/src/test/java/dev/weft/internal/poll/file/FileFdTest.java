package dev.weft.internal.poll.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.internal.sys.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FileFdTest {
  private static final MemorySegment MEMORY = MemorySegment.ofArray(new byte[1]);

  /** A file that is not released without complaint, and may be closed while it is read. */
  private static final class Quarrelsome implements OpenFile {
    int closes;
    @Nullable FileFd closedMeanwhile;

    @Override
    public int read(MemorySegment memory, long offset, int length, long position)
        throws IOException {
      if (closedMeanwhile != null) {
        closedMeanwhile.close();
      }
      return length;
    }

    @Override
    public int close() {
      closes++;
      return -Errno.ENOSPC;
    }

    @Override
    public int write(MemorySegment memory, long offset, int length, long position) {
      throw new AssertionError();
    }

    @Override
    public int sync(boolean metadata) {
      throw new AssertionError();
    }

    @Override
    public long size() {
      throw new AssertionError();
    }

    @Override
    public int truncate(long size) {
      throw new AssertionError();
    }

    @Override
    public BasicFileAttributes stat() {
      throw new AssertionError();
    }
  }

  private final Quarrelsome file = new Quarrelsome();

  private FileFd open() throws IOException {
    return FileFd.open((_, _, _) -> file, Path.of("/path"), Set.of());
  }

  @Test
  void closingSaysWhatTheSystemSays() throws IOException {
    FileFd fd = open();
    assertThatThrownBy(fd::close)
        .isInstanceOf(FileSystemException.class)
        .hasMessage("close /path: no space left on device");
    assertThat(fd.isOpen()).isFalse();
    fd.close();
    assertThat(file.closes).isEqualTo(1);
  }

  @Test
  void aCallThatOutlivesTheCloseDoesNotFailForIt() throws IOException {
    FileFd fd = open();
    file.closedMeanwhile = fd;
    assertThat(fd.pread(MEMORY, 0, 1, 0)).isEqualTo(1);
    assertThat(fd.isOpen()).isFalse();
    assertThat(file.closes).isEqualTo(1);
    assertThatThrownBy(() -> fd.pread(MEMORY, 0, 1, 0)).hasMessageEndingWith("already closed");
  }
}
