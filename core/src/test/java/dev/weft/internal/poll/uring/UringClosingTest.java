package dev.weft.internal.poll.uring;

import static dev.weft.internal.poll.uring.UringFixture.read;
import static dev.weft.internal.poll.uring.UringFixture.write;
import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.internal.poll.LingerOption;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.poll.uring.UringFixture.Pair;
import dev.weft.testing.Running;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Bytes not sent yet when their connection, or its sending direction, is closed. */
class UringClosingTest {
  private final UringFixture fixture;
  private final Pair pair;

  UringClosingTest() throws Exception {
    fixture = new UringFixture(1, RingSizes.DEFAULT);
    pair = fixture.narrow();
  }

  /** Fills the kernel's buffers by a write too large to be written behind; what went in. */
  private byte[] fillTheKernel() throws Exception {
    byte[] much = UringFixture.pattern(4_000_000);
    Running<Integer> written =
        fixture.running(() -> {
          try {
            write(pair.client(), much);
            throw new AssertionError("all went in");
          } catch (SocketTimeoutException e) {
            return e.bytesTransferred;
          }
        });
    written.awaitBlockedIn("write");
    pair.client().setWriteDeadline(System.nanoTime() - 1);
    int n = written.join();
    pair.client().setWriteDeadline(0);
    return Arrays.copyOf(much, n);
  }

  /** Writes more behind than the kernel may find room for meanwhile; the bytes. */
  private byte[] writeBehind() throws IOException {
    byte[] bytes = UringFixture.pattern(15_000);
    var all = new ByteArrayOutputStream();
    for (int i = 0; i < 4; i++) {
      write(pair.client(), bytes);
      all.write(bytes);
    }
    return all.toByteArray();
  }

  private static byte[] readToEnd(StreamFd stream) throws IOException {
    var all = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    for (int n; (n = read(stream, buffer)) > 0; ) {
      all.write(buffer, 0, n);
    }
    return all.toByteArray();
  }

  /** The connection begins to linger when its receive has completed for the last time. */
  private void awaitLingering() throws Exception {
    eventually("it lingers", () -> fixture.poller.inFlight().lingerQueue() == 1);
  }

  private void assertThatReadingEndsWithAReset() throws Exception {
    CompletableFuture<byte[]> reading = fixture.start(() -> readToEnd(pair.server()));
    assertThat(reading)
        .failsWithin(Duration.ofMinutes(1))
        .withThrowableThat()
        .havingRootCause()
        .isInstanceOf(SocketException.class)
        .withMessageEndingWith("connection reset by peer");
    pair.server().close();
    fixture.awaitNothingInFlight();
  }

  private void assertThatWritingFails() {
    CompletableFuture<Object> writing =
        fixture.start(() -> {
          write(pair.client(), new byte[1]);
          return null;
        });
    assertThat(writing)
        .failsWithin(Duration.ofMinutes(1))
        .withThrowableThat()
        .havingRootCause()
        .isInstanceOf(SocketException.class)
        .withMessageContaining("broken pipe");
  }

  /** The kernel cancels what a thread has submitted when that ends. */
  @Test
  void sendCancelledWithItsThreadIsSubmittedAgainAfterClose() throws Exception {
    byte[] before = fillTheKernel();
    byte[] last =
        fixture.call(() -> {
          byte[] behind = writeBehind();
          Thread submitter = Thread.ofPlatform().start(fixture.poller.rings[0]::submit);
          while (submitter.isAlive()) {
            Thread.onSpinWait(); // A goroutine that waited would let its machine submit.
          }
          pair.client().close();
          return behind;
        });
    awaitLingering();
    byte[] received = fixture.call(() -> readToEnd(pair.server()));
    assertThat(received).startsWith(before).endsWith(last).hasSize(before.length + last.length);
    pair.server().close();
    fixture.awaitNothingInFlight();
  }

  @Test
  void writesFailAfterCloseWriteWhileBytesAreInFlight() throws Exception {
    byte[] before = fillTheKernel();
    fixture.call(() -> {
      writeBehind();
      pair.client().closeWrite();
      return null;
    });
    assertThat(fixture.poller.inFlight().blocks()).isPositive();
    assertThatWritingFails();
    assertThatWritingFails();
    assertThat(fixture.call(() -> readToEnd(pair.server()))).hasSize(before.length + 60_000);
    pair.close();
    fixture.awaitNothingInFlight();
  }

  @Test
  void writesFailAfterCloseWriteWhenNothingIsInFlight() throws Exception {
    pair.client().closeWrite();
    assertThatWritingFails();
    pair.close();
    fixture.awaitNothingInFlight();
  }

  @Test
  void lingerTimeIsNotGivenToTheKernelButReported() throws Exception {
    assertThat(LingerOption.forKernel(StandardSocketOptions.SO_LINGER, 5))
        .isEqualTo(LingerOption.NONE);
    assertThat(LingerOption.forKernel(StandardSocketOptions.SO_LINGER, 0)).isZero();
    assertThat(
            LingerOption.nanos(
                LingerOption.kept(StandardSocketOptions.SO_LINGER, 5, LingerOption.NONE)))
        .isEqualTo(TimeUnit.SECONDS.toNanos(5));
    for (int seconds : new int[] {5, 0, -1}) {
      pair.client().setOption(StandardSocketOptions.SO_LINGER, seconds);
      assertThat(pair.client().getOption(StandardSocketOptions.SO_LINGER)).isEqualTo(seconds);
    }
    pair.close();
    fixture.awaitNothingInFlight();
  }

  /** The peer must not take a truncated stream for a complete one. */
  @Test
  void endOfLingerTimeResetsThePeer() throws Exception {
    pair.client().setOption(StandardSocketOptions.SO_LINGER, 1);
    fillTheKernel();
    fixture.call(() -> {
      writeBehind();
      pair.client().close();
      return null;
    });
    awaitLingering();
    eventually("the time is over", () -> fixture.poller.inFlight().lingerQueue() == 0);
    assertThatReadingEndsWithAReset();
  }

  @Test
  void lingerTimeOfZeroDropsQueuedBytesAndResetsThePeer() throws Exception {
    pair.client().setOption(StandardSocketOptions.SO_LINGER, 0);
    fillTheKernel();
    fixture.call(() -> {
      writeBehind();
      pair.client().close();
      return null;
    });
    assertThatReadingEndsWithAReset();
  }

  /** Without free descriptors no connection can be accepted or dialled. */
  @Test
  void reclaimingDescriptorsResetsLingeringConnections() throws Exception {
    fillTheKernel();
    assertThat(fixture.poller.reclaimDescriptors()).isFalse();
    fixture.call(() -> {
      writeBehind();
      pair.client().close();
      return null;
    });
    awaitLingering();
    assertThat(fixture.poller.reclaimDescriptors()).isTrue();
    eventually("it is reset", () -> fixture.poller.inFlight().lingerQueue() == 0);
    assertThatReadingEndsWithAReset();
  }

  /**
   * The flush prepares a reset in case the process ends now, but other shutdown hooks may run on.
   */
  @Test
  void bytesSentAfterTheExitFlushEndInOrder() throws Exception {
    byte[] before = fillTheKernel();
    fixture.call(() -> {
      writeBehind();
      return null;
    });
    fixture.poller.flush();
    CompletableFuture<byte[]> reading = fixture.start(() -> readToEnd(pair.server()));
    eventually("all bytes are sent", () -> fixture.poller.inFlight().blocks() == 0);
    pair.client().close();
    assertThat(reading.get(60, TimeUnit.SECONDS)).hasSize(before.length + 60_000);
    pair.server().close();
    fixture.awaitNothingInFlight();
  }

  /** An orderly end would make the peer take a truncated stream for a complete one. */
  @Test
  void closeWriteFailsAfterAFailedSend() throws Exception {
    fillTheKernel();
    fixture.call(() -> {
      writeBehind();
      return null;
    });
    pair.server().setOption(StandardSocketOptions.SO_LINGER, 0);
    pair.server().close();
    eventually("the send has failed", () -> fixture.poller.inFlight().blocks() == 0);
    assertThatThrownBy(() -> pair.client().closeWrite())
        .isInstanceOf(SocketException.class)
        .hasMessageStartingWith("close write tcp ");
    pair.client().close();
    fixture.awaitNothingInFlight();
  }
}
