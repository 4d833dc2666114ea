package dev.weft.internal.poll.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.internal.sys.Errno;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JdkErrorsTest {
  /** What the JDK says on Linux, macOS and Windows. */
  @ParameterizedTest
  @CsvSource({
    "Connection reset by peer, 104",
    "Connection reset, 104",
    "Broken pipe, 32",
    "Connection refused, 111",
    "Connection refused: getsockopt, 111",
    "Connection timed out: no further information, 110",
    "Software caused connection abort, 103",
    "Address already in use, 98",
    "Address already in use: bind, 98",
    "Cannot assign requested address, 99",
    "Permission denied, 13",
    "Network is unreachable, 101",
    "No route to host, 113",
    "Invalid argument, 22",
    "Protocol not available, 92",
    "Too many open files, 24",
    "Too many open files in system, 23",
    "Cannot allocate memory, 12",
    "No buffer space available (maximum connections reached?): connect, 105",
  })
  void findsTheNumber(String message, int errno) throws IOException {
    assertThat(JdkErrors.negatedErrno(new SocketException(message))).isEqualTo(-errno);
  }

  @Test
  void theTypeDoesNotMatter() throws IOException {
    assertThat(JdkErrors.negatedErrno(new IOException("Broken pipe"))).isEqualTo(-Errno.EPIPE);
    assertThat(JdkErrors.negatedErrno(new ConnectException("Connection refused")))
        .isEqualTo(-Errno.ECONNREFUSED);
  }

  @Test
  void whatItDoesNotKnowPasses() {
    for (IOException unknown :
        new IOException[] {new IOException("the dog ate it"), new IOException((String) null)}) {
      assertThatThrownBy(() -> JdkErrors.negatedErrno(unknown)).isSameAs(unknown);
    }
  }
}
