package dev.weft.internal.poll.uring;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.poll.ListenFd;
import dev.weft.internal.poll.StreamFd;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that the kernel accepts before a call asks for them. */
@Timeout(180)
class UringListenerTest {
  /** They have no peer's address any more, which a server that logs it counts on. */
  @Test
  void connectionsResetBeforeAcceptAreSkipped() throws Exception {
    var fixture = new UringFixture(1, RingSizes.DEFAULT);
    ListenFd listener = fixture.listen();
    var accepting = fixture.running(() -> listener.accept(null)).awaitBlockedIn("accept");
    StreamFd first = fixture.dial(listener);
    StreamFd firstAccepted = accepting.join();

    StreamFd gone = fixture.dial(listener);
    gone.setOption(StandardSocketOptions.SO_LINGER, 0);
    gone.close();
    StreamFd second = fixture.dial(listener);
    StreamFd secondAccepted = fixture.call(() -> listener.accept(null));
    assertThat(secondAccepted.remoteAddress()).isEqualTo(second.localAddress());

    for (StreamFd each : List.of(first, firstAccepted, second, secondAccepted)) {
      each.close();
    }
    listener.close();
    fixture.awaitNothingInFlight();
  }

  @Test
  void pendingConnectionsBeyondALimitStayInTheBacklog() throws Exception {
    var fixture = new UringFixture(1, RingSizes.DEFAULT);
    ListenFd listener = fixture.listen();
    List<StreamFd> dialled = new ArrayList<>();
    List<StreamFd> accepted = new ArrayList<>();
    var accepting = fixture.running(() -> listener.accept(null)).awaitBlockedIn("accept");
    dialled.add(fixture.dial(listener));
    accepted.add(accepting.join());

    for (int i = 0; i < 100; i++) {
      dialled.add(fixture.dial(listener));
    }
    eventually(
        "nothing is asked of the kernel but the waker",
        () -> fixture.poller.inFlight().operations() <= fixture.poller.rings.length);
    for (int i = 0; i < 100; i++) {
      accepted.add(fixture.call(() -> listener.accept(null)));
    }

    accepting = fixture.running(() -> listener.accept(null)).awaitBlockedIn("accept");
    dialled.add(fixture.dial(listener));
    accepted.add(accepting.join());
    assertThat(accepted)
        .extracting(StreamFd::remoteAddress)
        .containsExactlyElementsOf(dialled.stream().map(StreamFd::localAddress).toList());
    dialled.forEach(StreamFd::close);
    accepted.forEach(StreamFd::close);
    listener.close();
    fixture.awaitNothingInFlight();
  }
}
