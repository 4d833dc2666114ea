package dev.weft.internal.sched.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.stats.LatencyCounts;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyHistogramTest {
  private static LatencyCounts countsOf(long... durations) {
    var histogram = new LatencyHistogram();
    for (long nanos : durations) {
      histogram.record(nanos);
    }
    long[] counts = new long[LatencyHistogram.BUCKETS];
    histogram.addTo(counts);
    return new LatencyCounts(counts);
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 0",
    "0, 0",
    "1, 1",
    "2, 2",
    "3, 2",
    "4, 3",
    "1023, 10",
    "1024, 11",
    "9223372036854775807, 63"
  })
  void aDurationFallsIntoItsPowerOfTwo(long nanos, int bucket) {
    var histogram = new LatencyHistogram();
    histogram.record(nanos);
    long[] expected = new long[LatencyHistogram.BUCKETS];
    expected[bucket] = 1;
    long[] counts = new long[LatencyHistogram.BUCKETS];
    histogram.addTo(counts);
    assertThat(counts).containsExactly(expected);
  }

  @Test
  void histogramsAddUp() {
    var histogram = new LatencyHistogram();
    histogram.record(5);
    histogram.record(6);
    long[] counts = new long[LatencyHistogram.BUCKETS];
    histogram.addTo(counts);
    histogram.addTo(counts);
    assertThat(counts[3]).isEqualTo(4);
    assertThat(Arrays.stream(counts).sum()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.25, 0.5, 0.9, 0.99, 1})
  void quantilesAreAtMostTwiceTheTrueValues(double quantile) {
    var random = new SplittableRandom(1);
    for (int n : new int[] {1, 2, 10, 1_000}) {
      long[] durations =
          random.longs(n, 0, 63).map(bits -> (random.nextLong() >>> 1 >>> bits) + 1).toArray();
      long bound = countsOf(durations).quantile(quantile).toNanos();
      Arrays.sort(durations);
      long exact = durations[Math.max(0, (int) Math.ceil(quantile * n) - 1)];
      assertThat(bound).isGreaterThanOrEqualTo(exact);
      assertThat(bound / 2).isLessThanOrEqualTo(exact);
    }
  }

  @Test
  void withoutDurationsQuantilesAreZero() {
    assertThat(countsOf().quantile(0.5)).isEqualTo(Duration.ZERO);
    assertThat(countsOf().total()).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void whatIsNoQuantileIsRefused(double quantile) {
    assertThatThrownBy(() -> countsOf(1).quantile(quantile))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
