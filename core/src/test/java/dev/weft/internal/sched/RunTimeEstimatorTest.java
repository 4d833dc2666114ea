package dev.weft.internal.sched;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunTimeEstimatorTest {
  private static final long SHORT = RunTimeEstimator.WORTH_HELP_NANOS / 8;

  private final RunTimeEstimator estimator = new RunTimeEstimator();
  private long now = 12_345;

  private void rounds(int count, int goroutines, long nanosEach) {
    estimator.begin(now);
    for (int i = 0; i < count; i++) {
      now += goroutines * nanosEach;
      estimator.end(now, goroutines);
    }
  }

  @Test
  void untilMoreIsKnownOneThatWaitsIsWorthHelp() {
    assertThat(estimator.wantsHelpWith(1)).isTrue();
    assertThat(estimator.wantsHelpWith(0)).isFalse();
  }

  @Test
  void ofShortGoroutinesManyHaveToWait() {
    rounds(100, 5, SHORT);
    assertThat(estimator.wantsHelpWith(7)).isFalse();
    assertThat(estimator.wantsHelpWith(9)).isTrue();
  }

  @Test
  void ofLongOnesOneIsEnough() {
    rounds(100, 5, SHORT);
    rounds(100, 2, 3 * RunTimeEstimator.WORTH_HELP_NANOS);
    assertThat(estimator.wantsHelpWith(1)).isTrue();
  }

  @Test
  void anInterruptionOfMillisecondsIsSoonForgotten() {
    rounds(100, 5, SHORT);
    rounds(1, 1, 1_000 * SHORT);
    rounds(10, 5, SHORT);
    assertThat(estimator.wantsHelpWith(5)).isFalse();
  }

  @Test
  void roundsWithoutGoroutinesAndRestsDoNotCount() {
    rounds(100, 5, SHORT);
    estimator.end(now += 1_000 * SHORT, 0);
    now += 1_000 * SHORT;
    rounds(1, 1, SHORT);
    assertThat(estimator.wantsHelpWith(7)).isFalse();
  }
}
