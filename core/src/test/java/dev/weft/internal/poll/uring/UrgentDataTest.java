package dev.weft.internal.poll.uring;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.poll.ListenFd;
import dev.weft.internal.poll.StreamFd;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A receive stops in front of an urgent byte; its reader must not wait for what lies behind. */
@Timeout(180)
class UrgentDataTest {
  private static final int ROUNDS = 200;

  private final AtomicBoolean spinning = new AtomicBoolean();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readerGetsWhatFollowsTheUrgentByte(boolean awaitReadable) throws Exception {
    var fixture = new UringFixture(1, RingSizes.DEFAULT);
    ListenFd listener = fixture.listen();
    try (var peer = new Socket()) {
      peer.setTcpNoDelay(true);
      peer.connect(listener.localAddress());
      StreamFd stream = listener.accept(null);
      for (int i = 0; i < ROUNDS; i++) {
        String method = awaitReadable ? "awaitReadable" : "read";
        var reading = fixture.running(() -> readSix(stream, awaitReadable)).awaitBlockedIn(method);
        // The machine does not enter the kernel, so the receive finds all of it at once.
        occupyMachine(fixture);
        peer.getOutputStream().write("abc".getBytes());
        peer.sendUrgentData('!');
        peer.getOutputStream().write("def".getBytes());
        spinning.set(false);
        assertThat(reading.join()).as("round %d", i).isEqualTo("abcdef");
      }
      stream.close();
    }
    listener.close();
    fixture.awaitNothingInFlight();
  }

  private void occupyMachine(UringFixture fixture) throws Exception {
    var begun = new AtomicBoolean();
    spinning.set(true);
    fixture.start(() -> {
      begun.set(true);
      while (spinning.get()) {
        Thread.onSpinWait();
      }
      return null;
    });
    eventually("the machine spins", begun::get);
  }

  private static String readSix(StreamFd stream, boolean awaitReadable) throws IOException {
    var all = new StringBuilder();
    byte[] buffer = new byte[64];
    while (all.length() < 6) {
      if (awaitReadable) {
        stream.awaitReadable(null);
      }
      int n = UringFixture.read(stream, buffer);
      if (n < 0) {
        break;
      }
      all.append(new String(buffer, 0, n));
    }
    return all.toString();
  }
}
