package dev.weft.net;

import static dev.weft.net.Bytes.MORE_THAN_FITS;
import static dev.weft.net.Bytes.assertRoundTrip;
import static dev.weft.net.Bytes.readFully;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An interrupt ends a wait and nothing else: the thread stays interrupted, the socket usable. */
class InterruptTest extends ConnContract {
  /** What an interrupted call left behind. */
  private record Outcome(InterruptedIOException failure, boolean interrupted) {}

  private final Goroutines goroutines = new Goroutines();

  @AfterEach
  void awaitGoroutines() throws Exception {
    closeBoth();
    goroutines.close();
  }

  @Test
  void endsARead() throws Exception {
    var reading = start(() -> client.read(new byte[1])).awaitBlockedIn("read");
    assertInterrupts(reading, "read " + kind.network() + " ");
    assertRoundTrip(client, server);
  }

  @Test
  void endsAWaitForInput() throws Exception {
    var waiting = start(this::awaitReadable).awaitBlockedIn("awaitReadable");
    assertInterrupts(waiting, "read " + kind.network() + " ");
    assertRoundTrip(client, server);
  }

  @Test
  void endsAWriteAndTellsHowMuchWentOut() throws Exception {
    var writing = start(() -> write(MORE_THAN_FITS)).awaitBlockedIn("write");
    // Some goes out first, so that there is something to tell.
    readFully(server, 1 << 20);
    writing.awaitBlockedIn("await");
    Outcome outcome = assertInterrupts(writing, "write " + kind.network() + " ");
    int rest = outcome.failure.bytesTransferred - (1 << 20);
    goroutines.go(() -> client.write(new byte[] {42}));
    byte[] received = readFully(server, rest + 1);
    assertThat(received[rest]).as("what follows the bytes that were counted").isEqualTo((byte) 42);
  }

  @Test
  void endsTheWaitBehindAnotherReader() throws Exception {
    var first = goroutines.start(() -> readFully(client, 1)).awaitBlockedIn("read");
    var queued = start(() -> client.read(new byte[1])).awaitBlockedIn("lockRead");
    assertInterrupts(queued, "read " + kind.network() + " ");
    assertThat(first.isDone()).isFalse();
    server.write(new byte[] {42});
    assertThat(first.join()).containsExactly(42);
    assertRoundTrip(client, server);
  }

  @Test
  void endsTheWaitBehindAnotherWriter() throws Exception {
    var first = goroutines.go(() -> client.write(MORE_THAN_FITS)).awaitBlockedIn("write");
    var queued = start(() -> write(new byte[1])).awaitBlockedIn("lockWrite");
    assertInterrupts(queued, "write " + kind.network() + " ");
    readFully(server, MORE_THAN_FITS.length);
    first.join();
    assertRoundTrip(client, server);
  }

  @Test
  void countsOnlyWhereACallHasToWait() throws Exception {
    server.write(new byte[] {42});
    client.awaitReadable();
    var running =
        goroutines.start(() -> {
          Thread.currentThread().interrupt();
          byte[] got = readFully(client, 1); // is there, so nothing waits
          client.write(got);
          assertThat(Thread.currentThread().isInterrupted()).isTrue();
          return got;
        });
    assertThat(running.join()).containsExactly(42);
    assertThat(readFully(server, 1)).containsExactly(42);
  }

  @Test
  void aThreadThatIsInterruptedAlreadyDoesNotWait() throws Exception {
    var reading =
        start(() -> {
          Thread.currentThread().interrupt();
          return client.read(new byte[1]);
        });
    assertThat(reading.join().interrupted).isTrue();
    assertRoundTrip(client, server);
  }

  @Test
  void afterwardsTheSameThreadMayReadAgain() throws Exception {
    var reading =
        goroutines.start(() -> {
          Outcome outcome = outcome(() -> client.read(new byte[1]));
          assertThat(outcome.interrupted).isTrue();
          assertThat(Thread.interrupted()).isTrue();
          return readFully(client, 1);
        });
    reading.awaitBlockedIn("read").thread().interrupt();
    reading.awaitBlockedIn("readFully");
    server.write(new byte[] {42});
    assertThat(reading.join()).containsExactly(42);
  }

  @Test
  void interruptsAmongMessagesLoseNone() throws Exception {
    int total = 2_000;
    var reading =
        goroutines.start(() -> {
          int interrupts = 0;
          for (int got = 0; got < total; ) {
            try {
              byte next = readFully(client, 1)[0];
              assertThat(next).isEqualTo((byte) got++);
            } catch (InterruptedIOException e) {
              interrupts++;
            }
            Thread.interrupted();
          }
          return interrupts;
        });
    client.setReadDeadline(Duration.ofHours(1)); // a timer beside it all
    for (int i = 0; i < total; i++) {
      reading.thread().interrupt();
      server.write(new byte[] {(byte) i});
      if (i % 100 == 0) {
        reading.awaitBlockedIn("read");
      }
    }
    assertThat(reading.join()).isNotNegative();
  }

  private Integer write(byte[] bytes) throws IOException {
    client.write(bytes);
    return bytes.length;
  }

  private Integer awaitReadable() throws IOException {
    client.awaitReadable();
    return 0;
  }

  private Running<Outcome> start(Callable<?> call) {
    return goroutines.start(() -> outcome(call));
  }

  private static Outcome outcome(Callable<?> call) throws Exception {
    try {
      throw new AssertionError("ended well with " + call.call());
    } catch (InterruptedIOException e) {
      return new Outcome(e, Thread.currentThread().isInterrupted());
    }
  }

  private static Outcome assertInterrupts(Running<Outcome> running, String begin) throws Exception {
    running.thread().interrupt();
    Outcome outcome = running.join();
    assertThat(outcome.failure).isExactlyInstanceOf(InterruptedIOException.class);
    assertThat(outcome.failure).hasMessageStartingWith(begin).hasMessageEndingWith(": interrupted");
    assertThat(outcome.interrupted).as("stays interrupted").isTrue();
    return outcome;
  }
}
