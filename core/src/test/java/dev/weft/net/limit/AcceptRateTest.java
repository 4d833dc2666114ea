package dev.weft.net.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AcceptRateTest {
  private final AcceptRate rate = new AcceptRate(1e9 / 100, 3, 0); // a token every 100 ns

  @Test
  void aBurstPassesAndThenOneForEachToken() {
    for (int i = 0; i < 3; i++) {
      assertThat(rate.reserve(0)).isZero();
    }
    assertThat(rate.reserve(0)).isEqualTo(100);
    assertThat(rate.reserve(0)).isEqualTo(200);
    assertThat(rate.reserve(150)).isEqualTo(150);
  }

  @Test
  void aPauseFillsTheBucketButNoFurther() {
    assertThat(rate.reserve(1_000_000)).isZero();
    assertThat(rate.reserve(1_000_000)).isZero();
    assertThat(rate.reserve(1_000_000)).isZero();
    assertThat(rate.reserve(1_000_000)).isEqualTo(100);
  }

  @Test
  void aTokenThatIsNotUsedIsThereForTheNext() {
    for (int i = 0; i < 3; i++) {
      rate.reserve(0);
    }
    assertThat(rate.reserve(0)).isEqualTo(100);
    rate.cancel();
    assertThat(rate.reserve(0)).isEqualTo(100);
  }
}
