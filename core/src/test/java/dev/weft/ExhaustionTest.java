package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.chan.Chan;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Running out of memory or stack ends the goroutine, not the runtime. */
final class ExhaustionTest {
  @Test
  void channelSurvivesStackOverflowsInItsOperations() throws Exception {
    Chan<Integer> channel = Chan.buffered(1 << 20);
    AtomicInteger overflows = new AtomicInteger();
    Weft.go(
            () -> {
              int limit = limit();
              for (int above = 0; above < 300; above++) {
                try {
                  descend(limit - above, () -> channel.trySend(1));
                } catch (StackOverflowError e) {
                  overflows.incrementAndGet();
                }
              }
            })
        .join();
    assertThat(overflows).hasPositiveValue();
    // A lock that was left held would keep this from returning.
    Weft.go(() -> channel.trySend(2)).join();
    assertThat(channel.size()).isPositive();
  }

  private static int limit() {
    int fits = 1;
    int overflows = 1 << 20;
    while (overflows - fits > 1) {
      int depth = (fits + overflows) >>> 1;
      try {
        descend(depth, () -> {});
        fits = depth;
      } catch (StackOverflowError e) {
        overflows = depth;
      }
    }
    return fits;
  }

  private static int descend(int depth, Runnable action) {
    if (depth <= 0) {
      action.run();
      return 0;
    }
    return 1 + descend(depth - 1, action);
  }
}
