package dev.weft.internal.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClockTest {
  private static final Duration LONGEST = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
  private static final Duration LEAST = Duration.ofSeconds(Long.MIN_VALUE);

  @Test
  void aTimeInNanosecondsIsBetweenZeroAndACentury() {
    assertThat(Clock.nanos(Duration.ofMillis(3))).isEqualTo(3_000_000);
    assertThat(Clock.nanos(Duration.ofNanos(-1))).isZero();
    assertThat(Clock.nanos(LEAST)).isZero();
    assertThat(Clock.nanos(LONGEST)).isEqualTo(Duration.ofDays(36_500).toNanos());
  }

  @Test
  void aPointInTimeIsNotBeforeNowAndNotBeyondTheRangeOfComparison() {
    long now = Clock.nanoTime();
    assertThat(Clock.nanoTimeAfter(Duration.ofMillis(3)) - now).isGreaterThanOrEqualTo(3_000_000);
    assertThat(Clock.nanoTimeAfter(LEAST) - now).isNotNegative();
    long farthest = Clock.nanoTimeAfter(LONGEST);
    assertThat(farthest - Clock.nanoTime()).isPositive();
    assertThat(farthest - (Clock.nanoTime() + Duration.ofDays(36_500).toNanos())).isNotPositive();
  }
}
