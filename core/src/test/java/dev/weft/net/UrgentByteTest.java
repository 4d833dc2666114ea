package dev.weft.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A peer that sends a byte of urgent data in the middle of its stream. */
@Tag("contract")
class UrgentByteTest {
  /** What the connection reads until it has so many bytes. */
  private static String read(Conn conn, int bytes, boolean await) throws IOException {
    var all = new ByteArrayOutputStream();
    byte[] buffer = new byte[64];
    while (all.size() < bytes) {
      if (await) {
        conn.awaitReadable();
      }
      all.write(buffer, 0, conn.read(buffer));
    }
    return all.toString(US_ASCII);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theReaderGetsWhatIsBehindTheUrgentByte(boolean await) throws Exception {
    try (var goroutines = new Goroutines();
        Listener listener = Net.listen("tcp4", "127.0.0.1:0")) {
      int port = ((InetSocketAddress) listener.localAddress()).getPort();
      for (int round = 0; round < 50; round++) {
        try (Socket peer = new Socket("127.0.0.1", port);
            Conn conn = listener.accept()) {
          conn.setReadDeadline(Duration.ofSeconds(30));
          peer.setTcpNoDelay(true);
          // A first read that waits has the connection registered with the poller.
          Running<String> first = goroutines.start(() -> read(conn, 1, false));
          first.awaitBlockedIn("read");
          peer.getOutputStream().write('x');
          assertThat(first.join()).isEqualTo("x");
          Running<String> reading = null;
          if (round % 2 == 0) {
            reading = goroutines.start(() -> read(conn, 6, await));
          }
          peer.getOutputStream().write("abc".getBytes(US_ASCII));
          peer.sendUrgentData('!');
          peer.getOutputStream().write("def".getBytes(US_ASCII));
          assertThat(reading == null ? read(conn, 6, await) : reading.join()).isEqualTo("abcdef");
        }
      }
    }
  }
}
