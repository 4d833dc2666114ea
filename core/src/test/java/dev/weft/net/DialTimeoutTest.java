package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long a dial waits. */
@Tag("contract")
@Timeout(180)
class DialTimeoutTest {
  @Test
  void aDialThatIsNotAnsweredTimesOut() throws Exception {
    try (var full = new FullBacklog()) {
      long began = System.nanoTime();
      assertThatThrownBy(() -> Net.dial("tcp", full.address(), Duration.ofMillis(100)))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessage("dial tcp " + full.address() + ": i/o timeout");
      assertThat(System.nanoTime() - began)
          .as("not before its time")
          .isGreaterThanOrEqualTo(Duration.ofMillis(100).toNanos());
    }
  }

  @Test
  void manyDialsTimeOutTogether() throws Exception {
    try (var full = new FullBacklog();
        var goroutines = new Goroutines()) {
      for (int i = 0; i < 50; i++) {
        Duration timeout = Duration.ofMillis(1 + i);
        goroutines.go(() ->
            assertThatThrownBy(() -> Net.dial("tcp", full.address(), timeout))
                .isInstanceOf(SocketTimeoutException.class));
      }
    }
  }

  @Test
  void noTimeIsNoDial() throws IOException {
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0")) {
      for (Duration none : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1)}) {
        assertThatThrownBy(() -> Net.dial("tcp", Loopback.address(listener), none))
            .isInstanceOf(SocketTimeoutException.class);
      }
    }
  }

  @Test
  void theTimeoutEndsWithTheDial() throws Exception {
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0");
        Conn client = Net.dial("tcp", Loopback.address(listener), Duration.ofMillis(1_000_000));
        Conn first = listener.accept();
        TcpListener another = Net.listenTcp("tcp4", "127.0.0.1:0");
        Conn hurried = dialWithin(another, Duration.ofMillis(200));
        Conn second = another.accept()) {
      Bytes.assertRoundTrip(client, first);
      // Longer than the dial might have taken: a deadline left over would show.
      hurried.setReadDeadline(Duration.ofMillis(300));
      assertThatThrownBy(() -> hurried.read(new byte[1]))
          .isInstanceOf(SocketTimeoutException.class);
      hurried.setReadDeadline(null);
      Bytes.assertRoundTrip(hurried, second);
    }
  }

  private static Conn dialWithin(TcpListener listener, Duration timeout) throws IOException {
    while (true) {
      try {
        return Net.dial("tcp", Loopback.address(listener), timeout);
      } catch (SocketTimeoutException e) {
        // the machine was slow, which is not what this is about
        listener.setDeadline(Duration.ofSeconds(1));
        try (Conn dropped = listener.accept()) {
          assertThat(dropped).isNotNull();
        } catch (SocketTimeoutException none) {
          // it never got that far
        }
        listener.setDeadline(null);
      }
    }
  }
}
