package dev.weft.internal.net.wait;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
  @Test
  void noTimeoutIsNoDeadline() {
    assertThat(Deadlines.at(null)).isEqualTo(Deadlines.NONE);
  }

  @Test
  void isThatFarInTheFuture() {
    long before = System.nanoTime();
    long at = Deadlines.at(Duration.ofMillis(1234));
    long after = System.nanoTime();
    assertThat(at - 1_234_000_000L).isBetween(before, after);
  }

  @Test
  void aTimeoutOfNothingOrLessIsOverAtOnce() {
    for (Duration timeout :
        new Duration[] {Duration.ZERO, Duration.ofNanos(-1), Duration.ofSeconds(Long.MIN_VALUE)}) {
      assertThat(Deadlines.at(timeout) - System.nanoTime()).as(timeout.toString()).isNotPositive();
    }
  }

  @Test
  void aTimeoutForEverDoesNotEndInACentury() {
    for (Duration timeout :
        new Duration[] {Duration.ofNanos(Long.MAX_VALUE), Duration.ofSeconds(Long.MAX_VALUE)}) {
      long left = Deadlines.at(timeout) - System.nanoTime();
      assertThat(left).as(timeout.toString()).isGreaterThan(Duration.ofDays(36_499).toNanos());
    }
  }
}
