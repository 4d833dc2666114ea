package dev.weft.internal.sched;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WakeThrottleTest {
  private final WakeThrottle throttle = new WakeThrottle();

  /** How many chances are passed over until one is taken. */
  private int skips() {
    int skips = 0;
    while (!throttle.pass()) {
      skips++;
    }
    return skips;
  }

  @Test
  void everyChanceIsTakenWhileNothingIsInVain() {
    for (int i = 0; i < 10; i++) {
      assertThat(throttle.pass()).isTrue();
      throttle.useful();
    }
  }

  @Test
  void everyWakeInVainDoublesTheChancesPassedOver() {
    skips();
    for (int interval = 1; interval < 4095; interval = 2 * interval + 1) {
      throttle.inVain();
      skips(); // those that were due before
      assertThat(skips()).isEqualTo(interval);
    }
  }

  @Test
  void itNeverGivesUp() {
    for (int i = 0; i < 100; i++) {
      throttle.inVain();
    }
    skips();
    assertThat(skips()).isEqualTo(4095);
  }

  @Test
  void aUsefulWakeResetsItAtOnce() {
    for (int i = 0; i < 10; i++) {
      throttle.inVain();
    }
    skips();
    throttle.useful();
    assertThat(throttle.pass()).isTrue();
    assertThat(throttle.pass()).isTrue();
  }
}
