package dev.weft.debug.internal.goroutine;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

final class WaitSamplerTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void whatDidNotWaitIsNotPicked() {
    WaitSampler sampler = new WaitSampler(0);
    assertThat(sampler.weigh(0, 1)).isZero();
    assertThat(sampler.weigh(-5, 2)).isZero();
  }

  @Test
  void fewLongWaitsAreAllPicked() {
    WaitSampler sampler = new WaitSampler(0);
    for (int i = 1; i <= 100; i++) {
      assertThat(sampler.weigh(SECOND / 10, i * SECOND / 100)).isEqualTo(1);
    }
  }

  /** A million waits a second, for ten seconds. */
  @Test
  void manyWaitsAreFewPicksThatStandForAll() {
    WaitSampler sampler = new WaitSampler(0);
    long picks = 0;
    double time = 0;
    double expected = 0;
    for (int i = 0; i < 10_000_000; i++) {
      long nanos = 1_000 + i % 100 * 1_000;
      double weight = sampler.weigh(nanos, i * 1_000L);
      picks += weight > 0 ? 1 : 0;
      time += weight * nanos;
      expected += nanos;
    }
    long windows = 10 * SECOND / WaitSampler.WINDOW_NANOS;
    assertThat(picks).isBetween(windows, 2 * windows * WaitSampler.PICKS_IN_WINDOW);
    assertThat(time).isCloseTo(expected, Percentage.withPercentage(25));
  }

  @Test
  void waitsAreFewAgainAfterTheyWereMany() {
    WaitSampler sampler = new WaitSampler(0);
    for (int i = 0; i < 1_000_000; i++) {
      sampler.weigh(SECOND, i);
    }
    long now = 1_000_000;
    assertThat(sampler.weigh(SECOND, now)).as("the period has grown").isNotEqualTo(1.0);
    int windows = 0;
    while (sampler.weigh(SECOND, now) != 1) {
      now += WaitSampler.WINDOW_NANOS;
      windows++;
      assertThat(windows).isLessThan(100);
    }
  }
}
