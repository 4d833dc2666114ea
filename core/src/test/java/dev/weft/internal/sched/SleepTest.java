package dev.weft.internal.sched;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.timer.TimerHeap;
import dev.weft.testing.Goroutines;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The timers are fired by the tests. */
class SleepTest {
  private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final TimerHeap heap = new TimerHeap(when -> {});

  @Test
  void onlyTheTimerEndsASleep() throws Exception {
    try (var goroutines = new Goroutines()) {
      var sleeping = goroutines.go(() -> Sleep.sleep(heap, NANOS));
      for (int i = 0; i < 10; i++) {
        sleeping.awaitBlockedIn("sleep");
        LockSupport.unpark(sleeping.thread());
      }
      sleeping.awaitBlockedIn("sleep");
      eventually("the timer fires", () -> heap.runDue() == 1);
      sleeping.join();
    }
    assertThat(heap.size()).isZero();
  }

  @Test
  void anInterruptTakesTheTimerAway() throws Exception {
    try (var goroutines = new Goroutines()) {
      var sleeping = goroutines.go(() -> Sleep.sleep(heap, NANOS));
      sleeping.awaitBlockedIn("sleep");
      assertThat(heap.size()).isEqualTo(1);
      sleeping.thread().interrupt();
      assertThat(sleeping.failure()).isInstanceOf(InterruptedException.class);
      assertThat(sleeping.thread().isInterrupted()).isFalse();
    }
    assertThat(heap.size()).isZero();
  }

  @Test
  void theLongestSleepDoesNotEndAtOnce() throws Exception {
    try (var goroutines = new Goroutines()) {
      var sleeping = goroutines.go(() -> Sleep.sleep(heap, Long.MAX_VALUE));
      sleeping.awaitBlockedIn("sleep");
      assertThat(heap.runDue()).isZero();
      assertThat(heap.earliest()).isGreaterThan(System.nanoTime());
      sleeping.thread().interrupt();
      assertThat(sleeping.failure()).isInstanceOf(InterruptedException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void noTimeIsNoSleep(long nanos) throws Exception {
    Sleep.sleep(heap, nanos);
    assertThat(heap.size()).isZero();
  }
}
