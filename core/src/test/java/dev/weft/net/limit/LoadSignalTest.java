package dev.weft.net.limit;

import static dev.weft.net.limit.LoadSignal.Work.INESSENTIAL;
import static dev.weft.net.limit.LoadSignal.Work.NEW_CONNECTION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.stats.LatencyCounts;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoadSignalTest {
  private final long[] counts = new long[64];
  private long now;

  private final LoadSignal signal =
      new LoadSignal(Duration.ofMillis(2), () -> new LatencyCounts(counts), () -> now);

  /** Bucket b has waits of up to 2^b ns: 20 is a millisecond. */
  private void waits(int bucket, long count) {
    counts[bucket] += count;
    now += TimeUnit.MILLISECONDS.toNanos(50);
  }

  @Test
  void aQuietProgramShedsNothing() {
    waits(10, 1000);
    assertThat(signal.admits(INESSENTIAL)).isTrue();
    assertThat(signal.admits(NEW_CONNECTION)).isTrue();
  }

  @Test
  void inessentialWorkIsShedFirstAndNewConnectionsAtTwiceTheTime() {
    waits(21, 1000); // 2.1 ms
    assertThat(signal.admits(INESSENTIAL)).isFalse();
    assertThat(signal.admits(NEW_CONNECTION)).isTrue();
    waits(22, 1000); // 4.2 ms
    assertThat(signal.admits(NEW_CONNECTION)).isFalse();
    assertThat(signal.admits(INESSENTIAL)).isFalse();
    assertThat(signal.shed()).as("times that inessential work was shed").isEqualTo(2);
  }

  @Test
  void onlyWhatHappenedSinceTheLastLookCounts() {
    waits(25, 1000);
    assertThat(signal.admits(NEW_CONNECTION)).isFalse();
    waits(10, 1000);
    assertThat(signal.admits(INESSENTIAL)).isTrue();
  }

  @Test
  void aFewWaitsSayNothing() {
    waits(25, 99);
    assertThat(signal.admits(INESSENTIAL)).isTrue();
  }

  @Test
  void withoutAThresholdNothingIsShed() {
    LoadSignal none = new LoadSignal(null, () -> new LatencyCounts(counts), () -> now);
    waits(40, 1000);
    assertThat(none.admits(INESSENTIAL)).isTrue();
    assertThat(none.readyToRunning()).isGreaterThan(Duration.ofMinutes(1));
  }
}
