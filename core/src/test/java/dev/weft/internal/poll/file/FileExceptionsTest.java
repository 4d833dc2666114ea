package dev.weft.internal.poll.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FileExceptionsTest {
  @Test
  void theTypeIsTheJdksAndTheFileIsThePath() {
    assertIs(NoSuchFileException.class, Errno.ENOENT, "no such file or directory");
    assertIs(AccessDeniedException.class, Errno.EACCES, "permission denied");
    assertIs(AccessDeniedException.class, Errno.EPERM, "operation not permitted");
    assertIs(FileAlreadyExistsException.class, Errno.EEXIST, "file exists");
    assertIs(FileSystemException.class, Errno.ENOSPC, "no space left on device");
  }

  private static void assertIs(Class<? extends FileSystemException> type, int errno, String text) {
    FileSystemException e = FileExceptions.of("open", "/a/b", errno);
    assertThat(e).isInstanceOf(type).hasMessage("open /a/b: " + text);
    assertThat(e.getFile()).isEqualTo("/a/b");
    assertThat(e.getReason()).isEqualTo(text);
    assertThat(e).as("in logs").hasToString(type.getName() + ": open /a/b: " + text);
  }

  @Test
  void theMessageHasAdviceWhereThereIsSome() {
    assertThat(FileExceptions.of("open", "/a", Errno.EMFILE))
        .hasMessage(
            "open /a: too many open files (the limit of this process; ulimit -n raises it)");
  }

  @Test
  void exceptionsOfTheJdkGetTheSameMessages() {
    assertSays("open /a: no such file or directory", new NoSuchFileException("/a"));
    assertSays("open /a: permission denied", new AccessDeniedException("/a"));
    assertSays("open /a: file exists", new FileAlreadyExistsException("/a"));
    assertSays("open /a: is a directory", new FileSystemException("/a", null, "Is a directory"));
    assertSays("open /a: no space left on device", new IOException("No space left on device"));
    assertSays("open /a: input/output error", new IOException());
    assertThat(FileExceptions.of("read", "/a", new SystemCallException("pread", Errno.EIO)))
        .hasMessage("read /a: input/output error")
        .hasNoCause();
  }

  private static void assertSays(String message, IOException jdks) {
    assertThat(FileExceptions.of("open", "/a", jdks)).hasMessage(message).hasCause(jdks);
  }

  @Test
  void closed() {
    assertThat(FileExceptions.closed("read", "/a"))
        .isInstanceOf(ClosedChannelException.class)
        .hasMessage("read /a: file already closed")
        .hasToString("java.nio.channels.ClosedChannelException: read /a: file already closed");
  }
}
