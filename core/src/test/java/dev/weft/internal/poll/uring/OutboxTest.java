package dev.weft.internal.poll.uring;

import static dev.weft.internal.poll.uring.UringFixture.read;
import static dev.weft.internal.poll.uring.UringFixture.readToEnd;
import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.poll.uring.UringFixture.Pair;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What was written behind goes out, though the kernel ends sends as it likes. */
@Timeout(180)
class OutboxTest {
  /** As when the thread ends that submitted them: with nothing or with a part of a block sent. */
  @Test
  void sendsThatEndEarlyAreMadeAgain() throws Exception {
    var fixture = new UringFixture(1, RingSizes.DEFAULT);
    Lane lane = fixture.poller.lanes[0];
    Pair pair = fixture.narrow();
    byte[] written = fixture.fill(pair.client());
    Outbox.Sending sending = sending(lane);
    var received = new ByteArrayOutputStream();
    byte[] buffer = new byte[3000];
    while (received.size() < written.length / 2) {
      long token = token(sending);
      lane.cancel(sending);
      eventually("it is made again", () -> token(sending) != token);
      int n = fixture.call(() -> read(pair.server(), buffer));
      received.write(buffer, 0, n);
    }
    pair.client().close();
    received.write(fixture.call(() -> readToEnd(pair.server())));
    assertThat(received.toByteArray()).isEqualTo(written);
    pair.server().close();
    fixture.awaitNothingOutstanding();
  }

  private static Outbox.Sending sending(Lane lane) {
    lane.lock();
    try {
      for (int back = 1; back <= RingSizes.DEFAULT.submissions(); back++) {
        long token = lane.ring.submissions.latest(back);
        if (lane.operations.find(token) instanceof Outbox.Sending found) {
          return found;
        }
      }
    } finally {
      lane.unlock();
    }
    throw new AssertionError("nothing is being sent");
  }

  /** Another one each time it is made. */
  private static long token(Outbox.Sending sending) {
    sending.lane.lock();
    long token = sending.token;
    sending.lane.unlock();
    return token;
  }
}
