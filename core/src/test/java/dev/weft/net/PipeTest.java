package dev.weft.net;

import static dev.weft.net.Bytes.readFully;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testing.Goroutines;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What pipes have of their own. */
@Tag("contract")
@Timeout(180)
class PipeTest {
  @Test
  void takesItsCapacityWithoutAReader() throws Exception {
    try (Pipe pipe = Pipe.open(10)) {
      pipe.first().write(new byte[10]);
      pipe.first().setWriteDeadline(Duration.ofMillis(1));
      assertThatThrownBy(() -> pipe.first().write(new byte[1]))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageMatching("write pipe \\d+a->\\d+b: i/o timeout");
      pipe.first().setWriteDeadline(null);
      assertThat(readFully(pipe.second(), 3)).hasSize(3);
      pipe.first().write(new byte[] {1, 2, 3});
      assertThat(readFully(pipe.second(), 10)).endsWith(1, 2, 3);
    }
  }

  @Test
  void bytesKeepTheirOrderAroundTheEndOfTheBuffer() throws Exception {
    byte[] bytes = Bytes.random(10_000);
    for (int capacity : new int[] {1, 2, 7, 64}) {
      try (Pipe pipe = Pipe.open(capacity);
          var goroutines = new Goroutines()) {
        goroutines.go(() -> {
          for (int at = 0; at < bytes.length; at += 10) {
            pipe.first()
                .write(
                    ByteBuffer.wrap(bytes, at, 3),
                    ByteBuffer.wrap(bytes, at + 3, 6),
                    ByteBuffer.wrap(bytes, at + 9, 1));
          }
        });
        assertThat(readFully(pipe.second(), bytes.length)).isEqualTo(bytes);
      }
    }
  }

  @Test
  void writingToAnEndThatIsClosedFails() throws Exception {
    try (Pipe pipe = Pipe.open()) {
      pipe.second().close();
      assertThatThrownBy(() -> pipe.first().write(new byte[1]))
          .isInstanceOf(SocketException.class)
          .hasMessageMatching("write pipe \\d+a->\\d+b: broken pipe");
      assertThat(pipe.first().read(new byte[1])).isEqualTo(-1);
    }
  }

  @Test
  void closingWithUnreadBytesEndsAWaitingWriteWithAReset() throws Exception {
    try (Pipe pipe = Pipe.open(1);
        var goroutines = new Goroutines()) {
      var writing = goroutines.go(() -> pipe.first().write(new byte[2])).awaitBlockedIn("write");
      pipe.second().close();
      assertThat(writing.failure())
          .isInstanceOf(SocketException.class)
          .hasMessageEndingWith(": connection reset by peer");
    }
  }

  @Test
  void hasNoOptionsAndItsOwnAddresses() throws Exception {
    try (Pipe pipe = Pipe.open();
        Pipe other = Pipe.open()) {
      assertThat(pipe.first().supportedOptions()).isEmpty();
      assertThatThrownBy(() -> pipe.first().getOption(java.net.StandardSocketOptions.TCP_NODELAY))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThat(pipe.first().localAddress())
          .isEqualTo(pipe.second().remoteAddress())
          .isNotEqualTo(pipe.second().localAddress())
          .isNotEqualTo(other.first().localAddress());
    }
  }

  @Test
  void aCapacityOfNothingIsRefused() {
    assertThatThrownBy(() -> Pipe.open(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
