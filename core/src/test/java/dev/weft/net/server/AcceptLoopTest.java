package dev.weft.net.server;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.Bubble;
import dev.weft.Weft;
import dev.weft.context.Context;
import dev.weft.net.Conn;
import dev.weft.net.FilterListener;
import dev.weft.net.Listener;
import dev.weft.net.fake.FakeNet;
import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AcceptLoopTest {
  /** Each call fails at once: without pauses the loop would use up a processor. */
  @Test
  void pausesWhileTheDeadlineOfTheListenerHasPassed() throws Exception {
    assumeTrue(Weft.info().fallbackBecause() == null, "bubbles need Weft's own scheduler");
    Bubble.run(() -> {
      Counting listener = new Counting(new FakeNet().listen("server:80"));
      listener.setDeadline(Duration.ZERO);
      Thread loop = Weft.go(() -> AcceptLoop.run(listener, Conn::close));
      Weft.sleep(Duration.ofMinutes(1));
      listener.close();
      loop.join();
      assertThat(listener.calls).isBetween(60, 80);
    });
  }

  @Test
  void endsWithTheContextOfAView() throws Exception {
    try (Listener listener = new FakeNet().listen("server:80");
        var context = Context.background().withCancel();
        var goroutines = new Goroutines()) {
      var loop =
          goroutines
              .go(() -> AcceptLoop.run(listener.withContext(context), Conn::close))
              .awaitBlockedIn("accept");
      context.cancel();
      loop.join();
      assertThat(listener.isOpen()).isTrue();
    }
  }

  @Test
  void goesOnWhenAConnectionFailsToBeginBecauseOfAContext() throws Exception {
    FakeNet net = new FakeNet();
    try (Listener listener = net.listen("server:80");
        var context = Context.background().withCancel();
        var goroutines = new Goroutines()) {
      context.cancel();
      var begun = new AtomicInteger();
      var loop =
          goroutines.go(() ->
              AcceptLoop.run(
                  listener,
                  conn -> {
                    conn.close();
                    if (begun.getAndIncrement() == 0) {
                      context.check();
                    }
                  }));
      net.dial("server:80").close();
      net.dial("server:80").close();
      eventually("both have begun", () -> begun.get() == 2);
      listener.close();
      loop.join();
    }
  }

  /** Counts the calls of accept. */
  private static final class Counting extends FilterListener {
    private int calls;

    Counting(Listener listener) {
      super(listener);
    }

    @Override
    public Conn accept() throws IOException {
      if (++calls > 1000) {
        close(); // so that a loop without pauses ends
      }
      return listener.accept();
    }

    @Override
    public Listener withContext(Context context) {
      return listener.withContext(context);
    }
  }
}
