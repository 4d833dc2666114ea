package dev.weft.internal.poll.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.poll.uring.UringFixture.Pair;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Memory that sockets hand to the kernel, written behind or received into, is what it was until the
 * kernel is done with it: a peer checks every byte it gets, while arrays are overwritten as soon as
 * a write returns, garbage is collected, and connections end in every way there is.
 */
@Timeout(180)
class SocketMemoryTest {
  private static final int CONNECTIONS = 32;
  private static final int GENERATIONS = 3;

  private enum Ending {
    CLOSE,
    ABORT,
    INTERRUPT,
    DEADLINE,
    PEER_CLOSES
  }

  private final AtomicLong checked = new AtomicLong();
  private final AtomicBoolean writtenBehind = new AtomicBoolean();

  @ParameterizedTest
  @EnumSource
  void everyByteIsWhatWasWritten(Ending ending) throws Exception {
    var fixture = new UringFixture(2, new RingSizes(16, 32, 8, 4096));
    for (int generation = 0; generation < GENERATIONS; generation++) {
      List<CompletableFuture<?>> all = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        connection(fixture, ending, generation * CONNECTIONS + i, all);
      }
      for (var each : all) {
        each.get(100, TimeUnit.SECONDS);
      }
    }
    assertThat(checked.get()).as("bytes checked").isPositive();
    assertThat(writtenBehind).as("memory was seen that is being sent").isTrue();
    fixture.awaitNothingInFlight();
  }

  private void connection(
      UringFixture fixture, Ending ending, int seed, List<CompletableFuture<?>> all)
      throws Exception {
    Pair pair = fixture.connect();
    // Only a connection that has waited to read writes behind.
    var waiting = fixture.running(() -> UringFixture.read(pair.client(), new byte[1]));
    waiting.awaitBlockedIn("read");
    UringFixture.write(pair.server(), new byte[1]);
    assertThat(waiting.join()).isOne();
    Random random = new Random(seed);
    int length = 1 + random.nextInt(300_000);
    int stopAfter = random.nextInt(length);
    if (seed % 3 == 0) {
      pair.client().setOption(StandardSocketOptions.SO_SNDBUF, 4096);
    }
    AtomicReference<Thread> writer = new AtomicReference<>();
    all.add(
        fixture.start(() -> {
          writer.set(Thread.currentThread());
          write(fixture, pair.client(), ending, seed, length, stopAfter);
          return null;
        }));
    all.add(
        fixture.start(() -> {
          boolean whole = ending == Ending.CLOSE;
          int got = check(pair.server(), ending, seed, stopAfter, writer);
          if (whole) {
            assertThat(got).as("bytes of connection %d", seed).isEqualTo(length);
          }
          pair.server().close();
          return null;
        }));
  }

  /** The byte of that connection at that place. */
  private static byte expected(int seed, int at) {
    return (byte) (seed * 31 + at * 7 + (at >>> 8) * 13);
  }

  /** Sizes around what is written behind, and the array is spoilt after each write. */
  private void write(
      UringFixture fixture, StreamFd stream, Ending ending, int seed, int length, int stopAfter)
      throws IOException {
    Random random = new Random(~seed);
    try {
      byte[] bytes = new byte[20_000];
      for (int at = 0; at < length; ) {
        int n = Math.min(length - at, 1 + random.nextInt(random.nextInt(4) == 0 ? 20_000 : 700));
        for (int i = 0; i < n; i++) {
          bytes[i] = expected(seed, at + i);
        }
        stream.write(MemorySegment.ofArray(bytes), 0, n, null);
        Arrays.fill(bytes, (byte) 0x55);
        if (!writtenBehind.get() && fixture.poller.inFlight().blocks() > 0) {
          writtenBehind.set(true);
        }
        if (seed % 8 == 0 && at < stopAfter && at + n >= stopAfter) {
          System.gc(); // while the others have bytes on their way, too
        }
        at += n;
        if (ending == Ending.ABORT && at >= stopAfter) {
          stream.setOption(StandardSocketOptions.SO_LINGER, 0);
          break;
        }
        if (ending == Ending.DEADLINE && at >= stopAfter) {
          stream.setWriteDeadline(System.nanoTime() - 1);
        }
      }
    } catch (InterruptedIOException e) { // a deadline's too
      assertThat(ending).isIn(Ending.INTERRUPT, Ending.DEADLINE);
      assertThat(e instanceof SocketTimeoutException).isEqualTo(ending == Ending.DEADLINE);
      Thread.interrupted();
    } catch (SocketException e) {
      assertThat(ending).isEqualTo(Ending.PEER_CLOSES);
    }
    stream.close();
  }

  /** Reads to the end, or as long as the ending wants it, through arrays that are spoilt too. */
  private int check(
      StreamFd stream, Ending ending, int seed, int stopAfter, AtomicReference<Thread> writer)
      throws IOException {
    Random random = new Random(seed + 1);
    byte[] bytes = new byte[9_000];
    int at = 0;
    try {
      while (true) {
        byte[] part = random.nextBoolean() ? bytes : new byte[1 + random.nextInt(100)];
        int n = UringFixture.read(stream, part);
        if (n < 0) {
          return at;
        }
        for (int i = 0; i < n; i++) {
          if (part[i] != expected(seed, at + i)) {
            throw new AssertionError("connection " + seed + ": byte " + (at + i) + " is wrong");
          }
        }
        Arrays.fill(part, (byte) 0x77);
        at += n;
        checked.addAndGet(n);
        if (at >= stopAfter && ending == Ending.PEER_CLOSES) {
          return at;
        }
        Thread thread = writer.get();
        if (at >= stopAfter && ending == Ending.INTERRUPT && thread != null) {
          thread.interrupt();
        }
      }
    } catch (SocketException e) {
      assertThat(ending).isEqualTo(Ending.ABORT);
      return at;
    }
  }
}
