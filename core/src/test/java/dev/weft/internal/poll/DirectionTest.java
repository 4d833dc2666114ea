package dev.weft.internal.poll;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DirectionTest {
  private final Direction direction = new Direction();
  private final Thread me = Thread.currentThread();

  @Test
  void atFirstThereIsNoDeadline() {
    assertThat(direction.isExpired()).isFalse();
    assertThat(direction.expireIfDue(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    assertThat(direction.isExpired()).isFalse();
  }

  @Test
  void beforeItsTimeADeadlineTellsIt() {
    direction.setDeadline(100);
    assertThat(direction.gate.enter(me)).isTrue();
    assertThat(direction.expireIfDue(99)).isEqualTo(100);
    assertThat(direction.isExpired()).isFalse();
    assertThat(direction.gate.isWaiting(me)).isTrue();
  }

  @Test
  void atItsTimeItExpiresAndEvicts() {
    direction.setDeadline(100);
    assertThat(direction.gate.enter(me)).isTrue();
    assertThat(direction.expireIfDue(100)).isEqualTo(Long.MAX_VALUE);
    assertThat(direction.isExpired()).isTrue();
    assertThat(direction.gate.isWaiting(me)).isFalse();
    assertThat(direction.gate.consume()).as("no signal").isFalse();
  }

  @Test
  void onceExpiredItStaysSo() {
    direction.setDeadline(Direction.EXPIRED);
    assertThat(direction.isExpired()).isTrue();
    assertThat(direction.expireIfDue(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    assertThat(direction.isExpired()).isTrue();
  }

  @Test
  void aNewDeadlineIsAnotherChance() {
    direction.setDeadline(100);
    direction.expireIfDue(100);
    direction.setDeadline(200);
    assertThat(direction.isExpired()).isFalse();
    assertThat(direction.expireIfDue(150)).isEqualTo(200);
    direction.expireIfDue(200);
    direction.setDeadline(Direction.NONE);
    assertThat(direction.isExpired()).isFalse();
    assertThat(direction.expireIfDue(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
  }
}
