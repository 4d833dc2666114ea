package dev.weft.debug.internal.dash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ThrottledReadingTest {
  @Test
  void aReadingIsTakenAgainOnlyAfterAPauseInProportion() {
    AtomicInteger readings = new AtomicInteger();
    ThrottledReading<Integer> paced =
        new ThrottledReading<>(() -> {
          long end = System.nanoTime() + 1_000_000;
          while (System.nanoTime() < end) {
            Thread.onSpinWait();
          }
          return readings.incrementAndGet();
        });
    assertThat(paced.get(System.nanoTime())).isEqualTo(1);
    long begin = System.nanoTime();
    assertThat(paced.get(begin)).as("the first does not count").isEqualTo(2);
    assertThat(paced.get(begin + 49_000_000)).as("fifty times its duration").isEqualTo(2);
    assertThat(paced.get(System.nanoTime() + 60_000_000_000_000L)).isEqualTo(3);
  }
}
