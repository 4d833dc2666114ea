package dev.weft.internal.poll.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EarlyReadsTest {
  private final EarlyReads reads = new EarlyReads();

  /** Makes this many reads that would wait; returns how many tried the system call. */
  private int tries(int count, boolean found) {
    int tries = 0;
    for (int i = 0; i < count; i++) {
      if (reads.isWorthTrying()) {
        tries++;
        reads.note(found);
      }
    }
    return tries;
  }

  @Test
  void theFirstReadTries() {
    assertThat(reads.isWorthTrying()).isTrue();
  }

  @Test
  void triesOneInAnIntervalWhereThePeerIsSlow() {
    tries(EarlyReads.INTERVAL, false);
    assertThat(tries(10 * EarlyReads.INTERVAL, false)).isEqualTo(10);
  }

  @Test
  void waitsOnceInAnIntervalWhereThePeerIsFast() {
    tries(EarlyReads.INTERVAL, true);
    assertThat(tries(10 * EarlyReads.INTERVAL, true)).isEqualTo(10 * (EarlyReads.INTERVAL - 1));
  }

  @Test
  void noticesThatThePeerHasBecomeFast() {
    tries(100 * EarlyReads.INTERVAL, false);
    tries(2 * EarlyReads.INTERVAL, true);
    assertThat(tries(EarlyReads.INTERVAL, true)).isEqualTo(EarlyReads.INTERVAL - 1);
  }

  @Test
  void noticesThatThePeerHasBecomeSlow() {
    tries(100 * EarlyReads.INTERVAL, true);
    tries(EarlyReads.INTERVAL, false);
    assertThat(tries(EarlyReads.INTERVAL, false)).isEqualTo(1);
  }

  /** A few late answers between many early ones do not end the tries. */
  @Test
  void toleratesSingleLateAnswers() {
    tries(EarlyReads.INTERVAL, true);
    int tries = 0;
    for (int i = 0; i < 8 * EarlyReads.INTERVAL; i++) {
      if (reads.isWorthTrying()) {
        tries++;
        reads.note(i % 4 != 0);
      }
    }
    assertThat(tries).isEqualTo(8 * (EarlyReads.INTERVAL - 1));
  }
}
