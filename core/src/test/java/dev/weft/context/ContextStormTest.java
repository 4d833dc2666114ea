package dev.weft.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Threads open, close and cancel contexts of one tree at random, and register and stop callbacks.
 */
@Tag("contract")
final class ContextStormTest {
  private static final Duration DURATION = Duration.ofSeconds(1);
  private static final int THREADS = 4;

  @Test
  void afterARoundAllAreCancelledAndEachCallbackRanOnceOrWasStopped() throws Exception {
    long end = System.nanoTime() + DURATION.toNanos();
    for (int round = 0; round < 3 || System.nanoTime() - end < 0; round++) {
      var root = Context.background().withCancel();
      var middle = root.withTimeout(Duration.ofNanos(50_000 + 1_000L * round));
      // None goes on before all are there: the JDK's carriers look for new threads when others
      // park.
      var started = new Phaser(THREADS);
      var enough = new AtomicBoolean();
      var threads = new ArrayList<Thread>();
      var made = new ArrayList<List<CancellableContext>>();
      var balance = new AtomicInteger();
      for (int t = 0; t < THREADS; t++) {
        var mine = new ArrayList<CancellableContext>();
        made.add(mine);
        var random = new SplittableRandom(round * 31L + t);
        threads.add(
            Thread.ofVirtual()
                .start(() -> {
                  started.arriveAndAwaitAdvance();
                  grow(root, middle, random, enough, mine, balance);
                }));
      }
      started.awaitAdvance(0);
      middle.done().receive();
      root.cancel();
      enough.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
      // Another thread may still be telling those below what it cancelled itself.
      ContextTest.until(() -> made.stream().flatMap(List::stream).allMatch(Context::isCancelled));
      ContextTest.until(
          () -> balance.get() == 0); // callbacks registered, less those run or stopped
      assertThat(root.point.hasChildren()).isFalse();
      assertThat(middle.point.hasChildren()).isFalse();
    }
  }

  private static void grow(
      Context root,
      Context middle,
      SplittableRandom random,
      AtomicBoolean enough,
      List<CancellableContext> mine,
      AtomicInteger balance) {
    do {
      Context parent =
          switch (random.nextInt(3)) {
            case 0 -> root;
            case 1 -> middle;
            default -> mine.isEmpty() ? root : mine.get(random.nextInt(mine.size()));
          };
      if (mine.size() < 500) {
        mine.add(
            random.nextInt(4) == 0
                ? parent.withTimeout(Duration.ofNanos(random.nextInt(200_000)))
                : parent.withCancel());
      }
      balance.incrementAndGet();
      var callback = parent.onCancel(balance::decrementAndGet);
      if (random.nextBoolean() && callback.stop()) {
        balance.decrementAndGet();
      }
      if (random.nextInt(8) == 0 && !mine.isEmpty()) {
        mine.get(random.nextInt(mine.size())).close();
      }
      Thread.yield();
    } while (!enough.get());
  }
}
