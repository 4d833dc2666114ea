package dev.weft.debug.internal.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.stats.LatencyCounts;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NativeBucketsTest {
  @ParameterizedTest
  @ValueSource(
      doubles = {
        1e-7,
        1e-6,
        0.0009765625,
        0.001,
        0.3,
        0.5,
        1,
        1.09,
        1.0905077326652577,
        1.1,
        2,
        1000
      })
  void aDurationIsAtMostItsBucketsBoundAndAboveTheOneBefore(double seconds) {
    int index = NativeBuckets.of(seconds);
    assertThat(seconds)
        .isLessThanOrEqualTo(NativeBuckets.bound(index))
        .isGreaterThan(NativeBuckets.bound(index - 1));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 1e-9, 1e-300, Double.NaN})
  void whatIsTooShortIsInTheFirstBucket(double seconds) {
    assertThat(NativeBuckets.of(seconds)).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {5000, 1e300, Double.POSITIVE_INFINITY})
  void whatIsTooLongIsInTheLastBucket(double seconds) {
    assertThat(NativeBuckets.of(seconds)).isEqualTo(NativeBuckets.COUNT - 1);
  }

  @Test
  void boundsGrowByAnEighthOfAPowerOfTwo() {
    assertThat(NativeBuckets.bound(24 * 8)).isEqualTo(1);
    assertThat(NativeBuckets.bound(23 * 8)).isEqualTo(0.5);
    assertThat(NativeBuckets.bound(24 * 8 + 1)).isEqualTo(Math.pow(2, 1 / 8.0));
    assertThat(NativeBuckets.bound(NativeBuckets.COUNT - 1)).isInfinite();
  }

  @Test
  void everyDurationIsInOneBucketOfBothKinds() {
    RequestDurations durations = new RequestDurations();
    double[] seconds = {0, 1e-9, 0.0049, 0.005, 0.0051, 0.25, 0.5, 0.50001, 1, 7, 11, 1e5};
    for (double each : seconds) {
      durations.add("GET", 200, Math.round(each * 1e9));
    }
    OpenMetrics text = new OpenMetrics();
    durations.appendTo("d", "help", text);
    String labels = "{http_request_method=\"GET\",http_response_status_code=\"200\",le=\"";
    assertThat(new String(text.finish(), StandardCharsets.UTF_8))
        .contains("d_bucket" + labels + "0.005\"} 4\n")
        .contains("d_bucket" + labels + "0.01\"} 5\n")
        .contains("d_bucket" + labels + "0.25\"} 6\n")
        .contains("d_bucket" + labels + "0.5\"} 7\n")
        .contains("d_bucket" + labels + "1.0\"} 9\n")
        .contains("d_bucket" + labels + "10.0\"} 10\n")
        .contains("d_bucket" + labels + "+Inf\"} 12\n");
  }

  @Test
  void powersOfTwoOfNanosecondsBecomeThoseOfASecond() {
    long[] counts = new long[40];
    counts[0] = 5;
    counts[20] = 3; // from 0.52 to 1.05 ms
    counts[35] = 2; // beyond the last classic bound
    Histogram histogram = Histogram.of(new LatencyCounts(counts), Double.NaN);
    assertThat(histogram.total()).isEqualTo(10);
    assertThat(histogram.counts[histogram.bounds.length]).isEqualTo(2);
    Histogram.Exponential exponential = histogram.exponential;
    assertThat(exponential.zeros).isEqualTo(5);
    assertThat(Arrays.stream(exponential.counts).sum()).isEqualTo(5);
    int bucket = exponential.first + 20;
    assertThat(exponential.counts[20]).isEqualTo(3);
    assertThat(Math.pow(2, bucket)).isBetween(0.92 * (1 << 20) / 1e9, (1 << 20) / 1e9);
  }
}
