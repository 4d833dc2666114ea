package dev.weft.net.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.Bubble;
import dev.weft.Weft;
import dev.weft.context.Context;
import dev.weft.net.Conn;
import dev.weft.net.FilterListener;
import dev.weft.net.Listener;
import dev.weft.net.fake.FakeNet;
import java.io.IOException;
import java.time.Duration;
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
