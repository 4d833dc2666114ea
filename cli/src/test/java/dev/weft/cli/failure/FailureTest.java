package dev.weft.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.junit.jupiter.api.Test;

class FailureTest {
  @Test
  void exceptionsOfFilesSayWhatIsWrong() {
    assertThat(Failure.text(new NoSuchFileException("/a"))).isEqualTo("/a: no such file or folder");
    assertThat(Failure.text(new NotDirectoryException("/a"))).isEqualTo("/a: not a folder");
    assertThat(Failure.text(new AccessDeniedException("/a"))).isEqualTo("/a: permission denied");
  }

  @Test
  void aReasonIsNotSaidTwice() {
    assertThat(Failure.text(new NoSuchFileException("/a", null, "gone"))).isEqualTo("/a: gone");
    assertThat(Failure.text(new FileSystemException("/a", null, "Is a directory")))
        .isEqualTo("/a: Is a directory");
    assertThat(Failure.text(new IOException("broken"))).isEqualTo("broken");
  }

  @Test
  void anExceptionWithoutAMessageIsNamed() {
    assertThat(Failure.text(new IOException())).isEqualTo("java.io.IOException");
  }
}
