package dev.weft.internal.poll.uring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ZeroCopyTest {
  private final ZeroCopy choice = new ZeroCopy();

  @Test
  void smallDatagramsAreNeverSentWithZeroCopy() {
    assertThat(choice.isWorthAsking(ZeroCopy.FROM_BYTES - 1)).isFalse();
    assertThat(choice.isWorthAsking(ZeroCopy.FROM_BYTES)).isTrue();
  }

  @Test
  void zeroCopyIsTriedAgainAfterManyOrdinarySends() {
    choice.told(true);
    for (int i = 0; i < ZeroCopy.PASSED_OVER; i++) {
      assertThat(choice.isWorthAsking(ZeroCopy.FROM_BYTES)).as("datagram %d", i).isFalse();
    }
    assertThat(choice.isWorthAsking(ZeroCopy.FROM_BYTES)).isTrue();
    choice.told(false);
    assertThat(choice.isWorthAsking(ZeroCopy.FROM_BYTES)).isTrue();
    assertThat(choice.isWorthAsking(ZeroCopy.FROM_BYTES)).isTrue();
  }
}
