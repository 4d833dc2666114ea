package dev.weft.net;

import static dev.weft.net.Bytes.MORE_THAN_FITS;
import static dev.weft.net.Bytes.assertRoundTrip;
import static dev.weft.net.Bytes.random;
import static dev.weft.net.Bytes.readFully;
import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Weft;
import dev.weft.testing.Goroutines;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** What deadlines promise beyond the conformance suite. */
class DeadlineTest extends ConnContract {

  @Test
  void aReadDeadlineLeavesAWaitingWriterAlone() throws Exception {
    try (var goroutines = new Goroutines()) {
      var writing = goroutines.go(() -> client.write(MORE_THAN_FITS)).awaitBlockedIn("write");
      client.setReadDeadline(Duration.ZERO);
      assertTimesOut(client);
      client.setReadDeadline(Duration.ofMillis(1));
      assertTimesOut(client);
      assertThat(writing.isDone()).isFalse();
      goroutines.go(() -> Bytes.discard(server));
      writing.join();
      client.close();
    }
  }

  @Test
  void aWriteDeadlineLeavesAWaitingReaderAlone() throws Exception {
    try (var goroutines = new Goroutines()) {
      var reading = goroutines.start(() -> readFully(client, 1)).awaitBlockedIn("read");
      client.setWriteDeadline(Duration.ZERO);
      assertThatThrownBy(() -> client.write(new byte[1]))
          .isInstanceOf(SocketTimeoutException.class);
      client.setWriteDeadline(null);
      client.setWriteDeadline(Duration.ofMillis(1));
      assertThatThrownBy(() -> client.write(MORE_THAN_FITS))
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(reading.isDone()).isFalse();
      server.write(new byte[] {42});
      assertThat(reading.join()).containsExactly(42);
    }
  }

  @Test
  void bothDirectionsHaveTheirOwnTime() throws Exception {
    try (var goroutines = new Goroutines()) {
      var writing = goroutines.go(() -> client.write(MORE_THAN_FITS)).awaitBlockedIn("write");
      var reading = goroutines.start(() -> client.read(new byte[1])).awaitBlockedIn("read");
      long began = System.nanoTime();
      client.setWriteDeadline(Duration.ofMillis(60)); // the later one first: the timer has to move
      client.setReadDeadline(Duration.ofMillis(30));
      assertThat(reading.failure()).isInstanceOf(SocketTimeoutException.class);
      assertThat(writing.failure()).isInstanceOf(SocketTimeoutException.class);
      assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(Duration.ofMillis(60).toNanos());
    }
  }

  @Test
  void aClearedDeadlineDoesNotFire() throws Exception {
    boolean inTime = false;
    while (!inTime) {
      try (ConnPair pair = kind.connect()) {
        inTime = clearsADeadline(pair);
      }
    }
  }

  /** Returns false, having shown nothing, if the deadline passed before it could be cleared. */
  private boolean clearsADeadline(ConnPair pair) throws Exception {
    Duration soon = Duration.ofMillis(30);
    try (var goroutines = new Goroutines()) {
      var reading = goroutines.start(() -> readFully(pair.client(), 1)).awaitBlockedIn("read");
      long began = System.nanoTime();
      pair.client().setDeadline(soon);
      pair.client().setDeadline(null);
      if (System.nanoTime() - began >= soon.toNanos()) {
        pair.close();
        reading.failure();
        return false;
      }
      client.setReadDeadline(soon.multipliedBy(2)); // when it has fired, soon is over
      assertTimesOut(client);
      pair.server().write(new byte[] {42});
      assertThat(reading.join()).containsExactly(42);
      return true;
    }
  }

  @Test
  void aPassedDeadlineHoldsUntilItIsChanged() throws Exception {
    client.setReadDeadline(Duration.ZERO);
    server.write(new byte[] {42});
    for (int i = 0; i < 3; i++) {
      assertTimesOut(client);
    }
    client.setReadDeadline(Duration.ofHours(1));
    assertThat(readFully(client, 1)).containsExactly(42);
  }

  @Test
  void aDeadlineMayLieAsFarAwayAsDurationsGo() throws Exception {
    client.setDeadline(Duration.ofSeconds(Long.MAX_VALUE));
    server.setDeadline(Duration.ofDays(100_000));
    assertRoundTrip(client, server);
    client.setReadDeadline(Duration.ofSeconds(Long.MIN_VALUE));
    assertTimesOut(client);
  }

  @Test
  void shorteningWakesAReaderInTime() throws Exception {
    try (var goroutines = new Goroutines()) {
      client.setReadDeadline(Duration.ofHours(1));
      var reading = goroutines.start(() -> client.read(new byte[1])).awaitBlockedIn("read");
      client.setReadDeadline(Duration.ofMillis(10));
      assertThat(reading.failure()).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void aDeadlineSetDuringACallHoldsForIt() throws Exception {
    try (var goroutines = new Goroutines()) {
      var reading = goroutines.start(() -> client.read(new byte[1])).awaitBlockedIn("read");
      client.setReadDeadline(Duration.ofMillis(10));
      assertThat(reading.failure()).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void readersInTheQueueTimeOutToo() throws Exception {
    try (var goroutines = new Goroutines()) {
      var first = goroutines.start(() -> client.read(new byte[1])).awaitBlockedIn("read");
      var second = goroutines.start(() -> client.read(new byte[1])).awaitBlockedIn("read");
      client.setReadDeadline(Duration.ofMillis(10));
      assertThat(first.failure()).isInstanceOf(SocketTimeoutException.class);
      assertThat(second.failure()).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void writersInTheQueueTimeOutToo() throws Exception {
    try (var goroutines = new Goroutines()) {
      var first = goroutines.go(() -> client.write(MORE_THAN_FITS)).awaitBlockedIn("write");
      var second = goroutines.go(() -> client.write(MORE_THAN_FITS)).awaitBlockedIn("lockWrite");
      client.setWriteDeadline(Duration.ZERO);
      assertThat(first.failure()).isInstanceOf(SocketTimeoutException.class);
      assertThat(second.failure()).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void extendingDoesNotTouchTheTimers() throws Exception {
    try (var goroutines = new Goroutines()) {
      goroutines
          .go(() -> {
            client.setDeadline(Duration.ofHours(1));
            int armed = Weft.stats().timers();
            for (int i = 0; i < 100_000; i++) {
              client.setDeadline(Duration.ofHours(2).plusNanos(i));
            }
            assertThat(Weft.stats().timers()).isLessThanOrEqualTo(armed + 10);
          })
          .join();
    }
  }

  @Test
  void aClosedConnectionLeavesNoTimerBehind() throws Exception {
    int before = Weft.stats().timers();
    for (int i = 0; i < kind.many() / 3; i++) {
      try (ConnPair pair = kind.connect()) {
        pair.client().setDeadline(Duration.ofHours(1));
        pair.server().setDeadline(Duration.ofHours(1));
      }
    }
    eventually("the timers are gone", () -> Weft.stats().timers() <= before + 10);
  }

  @Test
  void aBufferIsFreeAfterATimedOutRead() throws Exception {
    byte[] buffer = new byte[16];
    for (int i = 0; i < 20; i++) {
      client.setReadDeadline(Duration.ofMillis(1));
      assertThatThrownBy(() -> client.read(buffer)).isInstanceOf(SocketTimeoutException.class);
      byte[] mine = random(16);
      System.arraycopy(mine, 0, buffer, 0, 16);
      server.write(new byte[16]);
      client.setReadDeadline(null);
      client.awaitReadable();
      assertThat(buffer).as("nothing was read into it since").isEqualTo(mine);
      assertThat(readFully(client, 16)).isEqualTo(new byte[16]);
    }
  }

  @Test
  void aTimedOutWriteTellsHowMuchWentOut() throws Exception {
    byte[] much = random(32 << 20);
    byte[] beginning;
    int written;
    try (var goroutines = new Goroutines()) {
      var writing = goroutines.go(() -> client.write(much)).awaitBlockedIn("write");
      beginning = readFully(server, 1 << 20);
      client.setWriteDeadline(Duration.ZERO);
      assertThat(writing.failure()).isInstanceOf(SocketTimeoutException.class);
      written = ((SocketTimeoutException) writing.failure()).bytesTransferred;
    }
    assertThat(beginning).isEqualTo(Arrays.copyOf(much, beginning.length));
    assertThat(written).isBetween(beginning.length, much.length - 1);
    client.setWriteDeadline(null);
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> client.write(much, written, much.length - written));
      byte[] rest = Arrays.copyOfRange(much, beginning.length, much.length);
      assertThat(readFully(server, rest.length)).isEqualTo(rest);
    }
  }

  @Test
  void deadlinesRacingWithDataLoseNothing() throws Exception {
    // The reader's time runs out again and again while bytes come: each must be read exactly once.
    int total = 20_000;
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> {
        for (int i = 0; i < total; i++) {
          server.write(new byte[] {(byte) i});
          if (i % 16 == 0) {
            Weft.yield();
          }
        }
      });
      goroutines
          .go(() -> {
            byte[] buffer = new byte[7];
            for (int got = 0; got < total; ) {
              try {
                client.setReadDeadline(
                    Duration.ofNanos(ThreadLocalRandom.current().nextInt(50_000)));
                int n = client.read(buffer);
                for (int i = 0; i < n; i++) {
                  assertThat(buffer[i]).isEqualTo((byte) got++);
                }
              } catch (SocketTimeoutException e) {
                continue; // again
              }
            }
          })
          .join();
    }
  }

  private static void assertTimesOut(Conn conn) {
    assertThatThrownBy(() -> conn.read(new byte[1])).isInstanceOf(SocketTimeoutException.class);
  }
}
