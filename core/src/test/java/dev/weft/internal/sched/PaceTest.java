package dev.weft.internal.sched;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long SHORT = Pace.WORTH_HELP_NANOS / 8;

  private final Pace pace = new Pace();
  private long now = 12_345;

  private void rounds(int count, int goroutines, long nanosEach) {
    pace.begin(now);
    for (int i = 0; i < count; i++) {
      now += goroutines * nanosEach;
      pace.end(now, goroutines);
    }
  }

  @Test
  void untilMoreIsKnownOneThatWaitsIsWorthHelp() {
    assertThat(pace.wantsHelpWith(1)).isTrue();
    assertThat(pace.wantsHelpWith(0)).isFalse();
  }

  @Test
  void ofShortGoroutinesManyHaveToWait() {
    rounds(100, 5, SHORT);
    assertThat(pace.wantsHelpWith(7)).isFalse();
    assertThat(pace.wantsHelpWith(9)).isTrue();
  }

  @Test
  void ofLongOnesOneIsEnough() {
    rounds(100, 5, SHORT);
    rounds(100, 2, 3 * Pace.WORTH_HELP_NANOS);
    assertThat(pace.wantsHelpWith(1)).isTrue();
  }

  @Test
  void anInterruptionOfMillisecondsIsSoonForgotten() {
    rounds(100, 5, SHORT);
    rounds(1, 1, 1_000 * SHORT);
    rounds(10, 5, SHORT);
    assertThat(pace.wantsHelpWith(5)).isFalse();
  }

  @Test
  void roundsWithoutGoroutinesAndRestsDoNotCount() {
    rounds(100, 5, SHORT);
    pace.end(now += 1_000 * SHORT, 0);
    now += 1_000 * SHORT;
    rounds(1, 1, SHORT);
    assertThat(pace.wantsHelpWith(7)).isFalse();
  }
}
