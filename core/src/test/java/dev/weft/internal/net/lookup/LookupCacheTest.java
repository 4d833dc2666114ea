package dev.weft.internal.net.lookup;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Weft;
import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.internal.net.wait.ContextCancelSignal;
import dev.weft.internal.net.wait.Deadlines;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Look-ups that fail with an Error: every caller gets it, and the next one asks again. */
@Timeout(180)
class LookupCacheTest {
  private static final Duration LONG = Duration.ofHours(1);
  private static final List<InetAddress> LOOPBACK = List.of(InetAddress.getLoopbackAddress());

  private final AtomicInteger asked = new AtomicInteger();

  private static List<InetAddress> lookUp(LookupCache cache) throws IOException {
    return cache.lookUp("dial tcp a.test:1", "a.test", Deadlines.NONE, null);
  }

  @Test
  void aLookUpWithoutAGoroutineFailsAndIsNotRemembered() throws Exception {
    OutOfMemoryError error = new OutOfMemoryError("on purpose");
    LookupCache cache =
        new LookupCache(
            host -> LOOPBACK,
            10,
            LONG,
            LONG,
            (name, body) -> {
              if (asked.incrementAndGet() == 1) {
                throw error;
              }
              Weft.go(name, body);
            });
    assertThatThrownBy(() -> lookUp(cache))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("dial tcp a.test:1: java.lang.OutOfMemoryError: on purpose")
        .hasCause(error);
    assertThat(lookUp(cache)).isEqualTo(LOOPBACK);
  }

  /** Names that a peer may choose must not fill the memory of the cache. */
  @Test
  void aNameThatNoHostCanHaveIsNotLookedUp() {
    LookupCache cache =
        LookupCache.of(
                host -> {
                  asked.incrementAndGet();
                  return LOOPBACK;
                })
            .with(10, LONG, LONG);
    assertThatThrownBy(() -> cache.lookUp("dial", "a".repeat(255), Deadlines.NONE, null))
        .isInstanceOf(UnknownHostException.class);
    assertThat(asked).hasValue(0);
  }

  @Test
  void anErrorOfTheSourceReachesAllCallersAndIsNotRemembered() throws Exception {
    CountDownLatch fails = new CountDownLatch(1);
    LookupCache cache =
        LookupCache.of(
                host -> {
                  if (asked.incrementAndGet() > 1) {
                    return LOOPBACK;
                  }
                  awaitUninterruptibly(fails);
                  throw new OutOfMemoryError("on purpose");
                })
            .with(10, LONG, LONG);
    try (var goroutines = new Goroutines()) {
      List<Running<?>> callers = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        callers.add(goroutines.start(() -> lookUp(cache)).awaitBlockedIn("lookUp"));
      }
      fails.countDown();
      for (Running<?> caller : callers) {
        assertThat(caller.failure())
            .isExactlyInstanceOf(IOException.class)
            .hasCauseInstanceOf(OutOfMemoryError.class);
      }
    }
    assertThat(lookUp(cache)).isEqualTo(LOOPBACK);
    assertThat(asked).hasValue(2);
  }

  @Test
  void aNameThatIsLookedUpAgainLeavesTheOthers() throws Exception {
    LookupCache cache =
        LookupCache.of(
                host -> {
                  asked.incrementAndGet();
                  if (host.equals("a.test") && asked.get() == 1) {
                    throw new IllegalStateException("on purpose");
                  }
                  return LOOPBACK;
                })
            .with(2, LONG, LONG);
    assertThatThrownBy(() -> lookUp(cache)).isInstanceOf(IOException.class);
    cache.lookUp("lookup b.test", "b.test", Deadlines.NONE, null);
    lookUp(cache);
    cache.lookUp("lookup b.test", "b.test", Deadlines.NONE, null);
    assertThat(asked).hasValue(3);
  }

  /** Each name that a peer may choose would block a thread. */
  @Test
  void lookUpsBeyondTheLimitWaitInTurn() throws Exception {
    CountDownLatch answers = new CountDownLatch(1);
    LookupCache cache =
        LookupCache.of(
                host -> {
                  asked.incrementAndGet();
                  awaitUninterruptibly(answers);
                  return LOOPBACK;
                })
            .with(10, LONG, LONG);
    try (var goroutines = new Goroutines();
        var context = Context.background().withCancel()) {
      List<Running<?>> callers = new ArrayList<>();
      for (int i = 0; i < LookupCache.MAX_RUNNING; i++) {
        String host = i + ".test";
        callers.add(goroutines.start(() -> cache.lookUp("dial", host, Deadlines.NONE, null)));
      }
      eventually("all are asked for", () -> asked.get() == LookupCache.MAX_RUNNING);
      assertThatThrownBy(
              () -> cache.lookUp("dial", "late.test", Deadlines.at(Duration.ofMillis(5)), null))
          .isInstanceOf(SocketTimeoutException.class);
      Running<?> cancelled =
          goroutines
              .start(() ->
                  cache.lookUp(
                      "dial", "late.test", Deadlines.NONE, new ContextCancelSignal(context)))
              .awaitBlockedIn("lookUp");
      Running<?> first = goroutines.start(() -> lookUp(cache)).awaitBlockedIn("lookUp");
      Running<?> second = goroutines.start(() -> lookUp(cache)).awaitBlockedIn("lookUp");
      // One that shares a look-up and leaves takes it from none of the others.
      assertThatThrownBy(
              () -> cache.lookUp("dial", "a.test", Deadlines.at(Duration.ofMillis(5)), null))
          .isInstanceOf(SocketTimeoutException.class);
      context.cancel();
      assertThat(cancelled.failure()).isInstanceOf(CancelledException.class);
      assertThat(asked).hasValue(LookupCache.MAX_RUNNING);
      answers.countDown();
      assertThat(first.join()).isEqualTo(LOOPBACK);
      assertThat(second.join()).isEqualTo(LOOPBACK);
      for (Running<?> caller : callers) {
        assertThat(caller.join()).isEqualTo(LOOPBACK);
      }
    }
    assertThat(asked).as("late.test was not").hasValue(LookupCache.MAX_RUNNING + 1);
  }

  @Test
  void afterManyLookUpsAsManyRunAgain() throws Exception {
    LookupCache cache =
        LookupCache.of(
                host -> {
                  asked.incrementAndGet();
                  return LOOPBACK;
                })
            .with(0, LONG, LONG);
    try (var goroutines = new Goroutines()) {
      List<Running<?>> callers = new ArrayList<>();
      for (int i = 0; i < 5 * LookupCache.MAX_RUNNING; i++) {
        String host = i + ".test";
        callers.add(goroutines.start(() -> cache.lookUp("dial", host, Deadlines.NONE, null)));
      }
      for (Running<?> caller : callers) {
        assertThat(caller.join()).isEqualTo(LOOPBACK);
      }
    }
    assertThat(asked).hasValue(5 * LookupCache.MAX_RUNNING);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
