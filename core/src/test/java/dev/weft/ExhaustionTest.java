package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.chan.Chan;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Running out of memory or stack ends the goroutine, not the runtime. */
final class ExhaustionTest {
  @Test
  void channelSurvivesStackOverflowsInItsOperations() throws Exception {
    Chan<Integer> channel = Chan.buffered(8);
    AtomicInteger overflows = new AtomicInteger();
    Weft.go(
            () -> {
              for (int round = 0; round < 100; round++) {
                try {
                  descend(channel);
                } catch (StackOverflowError e) {
                  overflows.incrementAndGet();
                }
              }
            })
        .join();
    assertThat(overflows).hasValue(100);
    // A lock that was left held would keep these from returning.
    Weft.go(
            () -> {
              while (channel.tryReceive() != null) {
                // until it is empty
              }
              channel.trySend(1);
            })
        .join();
    assertThat(channel.size()).isEqualTo(1);
  }

  /** Sends and receives at every depth, until the stack overflows in one of the calls. */
  @SuppressWarnings("InfiniteRecursion") // on purpose
  private static int descend(Chan<Integer> channel) {
    channel.trySend(1);
    channel.tryReceive();
    return 1 + descend(channel);
  }
}
