package dev.weft.net;

import static dev.weft.net.Bytes.assertRoundTrip;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Goroutines;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Deadlines set, moved, cleared and passing at random, by several threads at once. */
@Tag("contract")
@Timeout(180)
class DeadlineStormTest {
  private static final int CONNECTIONS = 50;

  /** A deadline that was lost would leave a reader waiting for ever. */
  @Test
  void whateverIsSetMeanwhileTheLastDeadlineHolds() throws Exception {
    try (var goroutines = new Goroutines()) {
      for (int i = 0; i < CONNECTIONS; i++) {
        goroutines.go(DeadlineStormTest::setManyThenWaitForTheLast);
      }
    }
  }

  private static void setManyThenWaitForTheLast() throws Exception {
    try (Loopback pair = Loopback.connect();
        var goroutines = new Goroutines()) {
      Conn conn = pair.client();
      for (int round = 0; round < 20; round++) {
        conn.setDeadline(null);
        var reading = goroutines.start(() -> conn.read(new byte[1]));
        for (int t = 0; t < 2; t++) {
          goroutines.go(() -> {
            for (int i = 0; i < 20; i++) {
              conn.setReadDeadline(Duration.ofMillis(ThreadLocalRandom.current().nextInt(1, 9)));
              conn.setWriteDeadline(Duration.ofMillis(ThreadLocalRandom.current().nextInt(9)));
            }
          });
        }
        assertThat(reading.failure()).isInstanceOf(SocketTimeoutException.class);
      }
    }
  }

  @Test
  void connectionsSurviveTheirDeadlines() throws Exception {
    var timeouts = new AtomicInteger();
    try (var goroutines = new Goroutines()) {
      for (int i = 0; i < CONNECTIONS; i++) {
        goroutines.go(() -> timeouts.addAndGet(timeOutAmongMessages()));
      }
    }
    assertThat(timeouts.get()).as("the storm was one").isGreaterThan(CONNECTIONS);
  }

  private static int timeOutAmongMessages() throws Exception {
    int timeouts = 0;
    try (Loopback pair = Loopback.connect();
        var goroutines = new Goroutines()) {
      var echo =
          goroutines.go(() -> {
            byte[] one = new byte[1];
            while (pair.server().read(one) > 0) {
              pair.server().write(one);
            }
          });
      byte[] one = new byte[1];
      for (int i = 0; i < 200; i++) {
        pair.client().setReadDeadline(null);
        pair.client().write(new byte[] {(byte) i});
        while (true) {
          try {
            pair.client()
                .setReadDeadline(Duration.ofNanos(ThreadLocalRandom.current().nextInt(300_000)));
            assertThat(pair.client().read(one)).isEqualTo(1);
            break;
          } catch (SocketTimeoutException e) {
            timeouts++;
          }
        }
        assertThat(one[0]).isEqualTo((byte) i);
      }
      pair.client().setDeadline(null);
      pair.client().closeWrite();
      echo.join();
    }
    return timeouts;
  }

  @Test
  void aDeadlinePassingTogetherWithCloseEndsTheWaitOnce() throws Exception {
    for (int i = 0; i < 300; i++) {
      try (Loopback pair = Loopback.connect();
          Loopback bystander = Loopback.connect();
          var goroutines = new Goroutines()) {
        var reading = goroutines.start(() -> pair.client().read(new byte[1]));
        pair.client()
            .setReadDeadline(Duration.ofNanos(ThreadLocalRandom.current().nextInt(200_000)));
        pair.client().close();
        assertThat(reading.failure())
            .isInstanceOfAny(
                SocketTimeoutException.class, java.nio.channels.ClosedChannelException.class);
        assertRoundTrip(bystander.client(), bystander.server());
      }
    }
  }
}
