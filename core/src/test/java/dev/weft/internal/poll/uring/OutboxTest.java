package dev.weft.internal.poll.uring;

import static dev.weft.internal.poll.uring.UringFixture.read;
import static dev.weft.internal.poll.uring.UringFixture.readToEnd;
import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.socket.NativeSocket;
import dev.weft.internal.poll.uring.UringFixture.Pair;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.SystemCallException;
import dev.weft.testing.ChildJvm;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bytes written behind are sent even when the kernel ends sends early. */
@Timeout(180)
class OutboxTest {
  /** As at the end of the submitting thread: nothing or a part of the block has been sent. */
  @Test
  void sendsThatEndEarlyAreSubmittedAgain() throws Exception {
    var fixture = new UringFixture(1, RingSizes.DEFAULT);
    ProcessorRing ring = fixture.poller.rings[0];
    Pair pair = fixture.narrow();
    byte[] written = fixture.fill(pair.client());
    var received = new ByteArrayOutputStream();
    byte[] buffer = new byte[3000];
    Outbox.Sending inFlight = sending(ring);
    while (received.size() < written.length / 2) {
      long token = token(inFlight);
      ring.cancel(inFlight);
      eventually("it is submitted again", () -> token(inFlight) != token);
      int n = fixture.call(() -> read(pair.server(), buffer));
      received.write(buffer, 0, n);
    }
    pair.client().close();
    received.write(fixture.call(() -> readToEnd(pair.server())));
    assertThat(received.toByteArray()).isEqualTo(written);
    pair.server().close();
    fixture.awaitNothingInFlight();
  }

  /** Bytes accepted after that would never be sent. */
  @Test
  void refusesWritesAfterShutdown() throws Exception {
    var fixture = new UringFixture(1, RingSizes.DEFAULT);
    Pair pair = fixture.connect();
    byte[] bytes = new byte[10];
    var refused =
        fixture.call(() -> {
          var stream = new UringStream(fixture.poller, fixture.poller.newDesc(), socket());
          var outbox = new Outbox(stream, -1, fixture.poller.ring());
          outbox.shutdown();
          MemorySegment memory = MemorySegment.ofArray(bytes);
          return outbox.write(fixture.poller.ring(), memory, 0, bytes.length);
        });
    assertThat(refused).isEqualTo(-Errno.EPIPE);
    pair.close();
    fixture.awaitNothingInFlight();
  }

  /** Otherwise its peer would wait for the end of the stream for ever. */
  @Test
  void writingEndsAlsoWhenTheSendBeforeCompletesInAFullHeap() throws Exception {
    String why = UringPoller.unavailableBecause();
    Assumptions.assumeTrue(why == null, why);
    var result =
        ChildJvm.of(FullHeapShutdownProgram.class)
            .with("-Xmx32m", "-Xint", "-XX:+UseSerialGC", "-XX:-UseTLAB")
            .run();
    assertThat(result.output()).contains("first=10\n", "withMemory=10\n", "second=10\n");
  }

  private static NativeSocket socket() throws SystemCallException {
    return NativeSocket.openStream(Family.INET, false);
  }

  /** Returns the send that is in flight; null when there is none at the moment. */
  private static Outbox.@Nullable Sending sending(ProcessorRing ring) {
    ring.lock();
    try {
      for (int back = 1; back <= RingSizes.DEFAULT.submissions(); back++) {
        long token = ring.uring.submissions.latest(back);
        if (ring.operations.find(token) instanceof Outbox.Sending found) {
          return found;
        }
      }
    } finally {
      ring.unlock();
    }
    return null;
  }

  /** A new one each time the send is submitted. */
  private static long token(Outbox.Sending sending) {
    sending.ring.lock();
    long token = sending.token;
    sending.ring.unlock();
    return token;
  }
}
