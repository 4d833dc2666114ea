package dev.weft.internal.sched;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class CoarseClockTest {
  private final CoarseClock clock = new CoarseClock();

  private static void assertIsExact(CoarseClock clock) {
    long before = System.nanoTime();
    assertThat(clock.nanoTime()).isBetween(before, System.nanoTime());
  }

  @Test
  void itIsExactUntilItIsSetAndAfterwards() {
    assertIsExact(clock);
    clock.set(1000);
    assertThat(clock.nanoTime()).isEqualTo(1000);
    clock.unset();
    assertIsExact(clock);
  }

  @Test
  void itIsNotSetMoreOftenThanItsStep() {
    clock.set(1000);
    clock.set(1000 + CoarseClock.STEP_NANOS - 1);
    assertThat(clock.nanoTime()).isEqualTo(1000);
    clock.set(1000 + CoarseClock.STEP_NANOS);
    assertThat(clock.nanoTime()).isEqualTo(1000 + CoarseClock.STEP_NANOS);
    clock.unset();
    clock.set(1001 + CoarseClock.STEP_NANOS);
    assertThat(clock.nanoTime()).isEqualTo(1001 + CoarseClock.STEP_NANOS);
  }

  /** Reports whether it stands still while time goes on. */
  private static boolean isSet(CoarseClock clock) {
    long first = clock.nanoTime();
    long now = System.nanoTime();
    while (System.nanoTime() == now) {
      Thread.onSpinWait();
    }
    return clock.nanoTime() == first;
  }

  /** A clock that stood still during a rest would be behind by all of it. */
  @Test
  void sysmonSetsItWhileAGoroutineRunsAndNotDuringARest() throws Exception {
    var gmp = new GmpFixture(1, 64);
    CoarseClock shared = gmp.scheduler.clock;
    gmp.awaitRest();
    assertThat(isSet(shared)).isFalse();
    assertIsExact(shared);
    var goesOn = new AtomicBoolean(true);
    gmp.go(() -> {
      while (goesOn.get()) {
        Thread.onSpinWait();
      }
    });
    eventually("it is set", () -> isSet(shared));
    long first = shared.nanoTime();
    eventually("it is set again", () -> isSet(shared) && shared.nanoTime() > first);
    goesOn.set(false);
    gmp.awaitAllFinished();
    gmp.awaitRest();
    assertThat(isSet(shared)).isFalse();
    assertIsExact(shared);
  }
}
