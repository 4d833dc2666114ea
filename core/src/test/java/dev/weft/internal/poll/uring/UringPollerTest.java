package dev.weft.internal.poll.uring;

import static dev.weft.internal.poll.uring.UringFixture.pattern;
import static dev.weft.internal.poll.uring.UringFixture.read;
import static dev.weft.internal.poll.uring.UringFixture.readToEnd;
import static dev.weft.internal.poll.uring.UringFixture.write;
import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.internal.poll.ListenFd;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.poll.uring.UringFixture.Pair;
import dev.weft.internal.sched.CurrentProcessor;
import dev.weft.internal.sys.DescriptorCalls;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.EventFdCalls;
import dev.weft.internal.sys.SubmissionQueue;
import dev.weft.testing.Goroutines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only io_uring can do wrong: full rings, no buffers, and what outlives a call. */
class UringPollerTest {
  /** So small that everything is full all the time. */
  private static final RingSizes TINY = new RingSizes(4, 8, 2, 4096);

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void everyByteComesThroughRingsThatAreAlwaysFull(int processors) throws Exception {
    var fixture = new UringFixture(processors, TINY);
    ListenFd listener = fixture.listen();
    int connections = 60;
    List<CompletableFuture<Void>> all = new ArrayList<>();
    all.add(
        fixture.start(() -> {
          for (int i = 0; i < connections; i++) {
            StreamFd accepted = listener.accept(null);
            all(fixture, () -> echo(accepted));
          }
          return null;
        }));
    for (int i = 0; i < connections; i++) {
      int seed = i;
      all.add(
          fixture.start(() -> {
            StreamFd stream = fixture.dial(listener);
            var random = new Random(seed);
            for (int round = 0; round < 60; round++) {
              byte[] sent = new byte[1 + random.nextInt(6000)];
              random.nextBytes(sent);
              write(stream, sent);
              assertThat(readExactly(stream, sent.length)).isEqualTo(sent);
            }
            stream.close();
            return null;
          }));
    }
    for (var each : all) {
      each.get(100, TimeUnit.SECONDS);
    }
    listener.close();
    ProcessorRing.PressureCounts pressure = fixture.poller.rings[0].pressure();
    assertThat(pressure.withoutBuffer()).as("receives that found no buffer").isPositive();
    assertThat(pressure.overflows()).as("times the completions did not fit").isPositive();
    fixture.awaitNothingInFlight();
  }

  private interface Body {
    void run() throws IOException;
  }

  private static void all(UringFixture fixture, Body body) {
    var unused =
        fixture.start(() -> {
          body.run();
          return null;
        });
  }

  private static void echo(StreamFd stream) throws IOException {
    byte[] buffer = new byte[1000];
    for (int n; (n = read(stream, buffer)) > 0; ) {
      write(stream, Arrays.copyOf(buffer, n));
    }
    stream.close();
  }

  private static byte[] readExactly(StreamFd stream, int length) throws IOException {
    byte[] all = new byte[length];
    byte[] part = new byte[Math.min(length, 3000)];
    for (int done = 0; done < length; ) {
      int n = read(stream, length - done < part.length ? new byte[0] : part);
      if (n == 0) {
        part = new byte[length - done];
        continue;
      }
      assertThat(n).as("read").isPositive();
      System.arraycopy(part, 0, all, done, n);
      done += n;
    }
    return all;
  }

  @Test
  void aCloseDeliversWhatWasWrittenBehind() throws Exception {
    var fixture = new UringFixture(1, RingSizes.DEFAULT);
    Pair pair = fixture.narrow();
    byte[] written = fixture.fill(pair.client());
    assertThat(fixture.poller.inFlight().blocks()).as("blocks on their way").isPositive();
    fixture.call(() -> pair.client().close());
    assertThat(fixture.call(() -> readToEnd(pair.server()))).isEqualTo(written);
    pair.server().close();
    fixture.awaitNothingInFlight();
  }

  @Test
  void aShutdownComesAfterWhatWasWrittenBehind() throws Exception {
    var fixture = new UringFixture(1, RingSizes.DEFAULT);
    Pair pair = fixture.narrow();
    byte[] written = fixture.fill(pair.client());
    pair.client().closeWrite();
    assertThat(fixture.call(() -> readToEnd(pair.server()))).isEqualTo(written);
    write(pair.server(), new byte[] {1, 2, 3});
    assertThat(readExactly(pair.client(), 3)).containsExactly(1, 2, 3);
    pair.close();
    fixture.awaitNothingInFlight();
  }

  @Test
  void anAbortiveCloseDropsIt() throws Exception {
    var fixture = new UringFixture(1, RingSizes.DEFAULT);
    Pair pair = fixture.narrow();
    byte[] written = fixture.fill(pair.client());
    pair.client().setOption(StandardSocketOptions.SO_LINGER, 0);
    pair.client().close();
    // Closing goes on behind close(): what the peer made room for before could still be sent.
    eventually("what was queued is gone", () -> fixture.poller.inFlight().blocks() == 0);
    var received = new ByteArrayOutputStream();
    assertThatThrownBy(
            () -> {
              byte[] buffer = new byte[8192];
              for (int n; (n = read(pair.server(), buffer)) > 0; ) {
                received.write(buffer, 0, n);
              }
            })
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("connection reset by peer");
    assertThat(received.size()).as("bytes received").isLessThan(written.length);
    pair.server().close();
    fixture.awaitNothingInFlight();
  }

  @Test
  void unreadBytesBeyondALimitStayWithTheKernel() throws Exception {
    var fixture = new UringFixture(1, RingSizes.DEFAULT);
    Pair pair = fixture.connect();
    byte[] sent = pattern(3_000_000);
    CompletableFuture<Byte> first =
        fixture.start(() -> readExactly(pair.server(), 1)[0]); // has the kernel receive
    CompletableFuture<Object> writing =
        fixture.start(() -> {
          write(pair.client(), sent);
          pair.client().closeWrite();
          return null;
        });
    assertThat(first.get(60, TimeUnit.SECONDS)).isEqualTo(sent[0]);
    eventually(
        "the kernel was told to stop", () -> fixture.poller.rings[0].pressure().stopped() > 0);
    byte[] rest = fixture.call(() -> readToEnd(pair.server()));
    assertThat(rest).isEqualTo(Arrays.copyOfRange(sent, 1, sent.length));
    writing.get(60, TimeUnit.SECONDS);
    pair.close();
    fixture.awaitNothingInFlight();
  }

  @Test
  void receivesFollowAProcessorThatWasTakenFromItsMachine() throws Exception {
    var fixture = new UringFixture(1, RingSizes.DEFAULT);
    Pair pair = fixture.connect();
    all(fixture, () -> echo(pair.server()));
    var enough = new AtomicBoolean();
    var movedBefore = new CompletableFuture<Long>();
    CompletableFuture<?> hog =
        fixture.start(() -> {
          exchange(pair.client(), 20); // has the receives submitted by the machine it stays on
          movedBefore.complete(fixture.poller.rings[0].pressure().moved());
          while (!enough.get()) {
            Thread.onSpinWait();
          }
          return null;
        });
    long both = movedBefore.get(60, TimeUnit.SECONDS) + 2;
    fixture.call(() -> {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (System.nanoTime() < end && fixture.poller.rings[0].pressure().moved() < both) {
        exchange(pair.client(), 1);
      }
      return null;
    });
    enough.set(true);
    hog.get(60, TimeUnit.SECONDS);
    assertThat(fixture.poller.rings[0].pressure().moved())
        .as("receives moved")
        .isGreaterThanOrEqualTo(both);
    fixture.call(() -> exchange(pair.client(), 3));
    pair.close();
    fixture.awaitNothingInFlight();
  }

  @Test
  void aRequestThatIsAwaitedOnAnotherProcessorAllTheTimeEnds() throws Exception {
    var fixture = new UringFixture(2, RingSizes.DEFAULT);
    int eventfd = EventFdCalls.create();
    var ended = new CompletableFuture<Integer>();
    ProcessorRing ring =
        fixture.call(() -> {
          ProcessorRing other;
          do { // once, unless the processor is lost in between
            other = fixture.poller.rings[1 - processor()];
            var request = new ReadinessRequest(other, eventfd, ended);
            request.enqueue();
            other.queued();
            for (int i = 0; i < 16; i++) {
              request.awaited();
            }
            request.stop(); // which is of no effect when that has done it
          } while (other.pressure().moved() == 0);
          return other;
        });
    assertThat(ended.get(60, TimeUnit.SECONDS)).isEqualTo(-Errno.ECANCELED);
    assertThat(ring.pressure().moved()).isOne();
    DescriptorCalls.close(eventfd);
    fixture.awaitNothingInFlight();
  }

  private static int processor() {
    int id = CurrentProcessor.id();
    while (id < 0) {
      Thread.yield();
      id = CurrentProcessor.id();
    }
    return id;
  }

  private static Void exchange(StreamFd client, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      write(client, new byte[] {(byte) i, 7});
      assertThat(readExactly(client, 2)).containsExactly(i, 7);
    }
    return null;
  }

  @Test
  void theEndOfTheThreadThatAskedEndsNothing() throws Exception {
    var fixture = new UringFixture(1, RingSizes.DEFAULT);
    Pair pair = fixture.connect();
    var reader = new Goroutines(Thread::new).start(() -> readExactly(pair.server(), 1));
    reader.awaitBlockedIn("read"); // so the receive is the kernel's
    pair.server().setReadDeadline(System.nanoTime() - 1);
    assertThat(reader.failure()).isInstanceOf(SocketTimeoutException.class);
    reader.thread().join();
    pair.server().setReadDeadline(0);
    CompletableFuture<byte[]> reading = fixture.start(() -> readExactly(pair.server(), 4));
    write(pair.client(), new byte[] {1, 2, 3, 4});
    assertThat(reading.get(60, TimeUnit.SECONDS)).containsExactly(1, 2, 3, 4);
    pair.close();
    fixture.awaitNothingInFlight();
  }

  @Test
  void bytesOfAWriterThatComputesAreSentMeanwhile() throws Exception {
    var fixture = new UringFixture(2, RingSizes.DEFAULT);
    Pair pair = fixture.narrow();
    var heard = new CompletableFuture<byte[]>();
    CompletableFuture<Long> writer =
        fixture.start(() -> {
          write(pair.client(), new byte[] {42});
          long rounds = 0;
          while (!heard.isDone()) {
            rounds++; // never returns to its machine, which would submit the write
          }
          return rounds;
        });
    heard.complete(readExactly(pair.server(), 1));
    assertThat(heard.get()).containsExactly(42);
    assertThat(writer.get(60, TimeUnit.SECONDS)).isNotNegative();
    pair.close();
    fixture.awaitNothingInFlight();
  }

  private static final class ReadinessRequest extends Multishot {
    private final int fd;
    private final CompletableFuture<Integer> ended;

    ReadinessRequest(ProcessorRing ring, int fd, CompletableFuture<Integer> ended) {
      super(ring);
      this.fd = fd;
      this.ended = ended;
    }

    @Override
    void writeRequest(SubmissionQueue queue) {
      queue.poll(fd, PollRequest.POLLIN, token);
    }

    @Override
    boolean completed(int result, int flags, boolean last) {
      return last && ended.complete(result);
    }
  }
}
