package dev.weft.internal.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PollTokenTest {
  private final PollToken token = new PollToken();
  private final Machine machine = Machines.machine();
  private final Machine other = Machines.machine();

  @Test
  void oneAtATimeMayAskBriefly() {
    assertThat(token.isFree()).isTrue();
    assertThat(token.tryBrief()).isTrue();
    assertThat(token.tryBrief()).isFalse();
    assertThat(token.isFree()).isFalse();
    assertThat(token.isWaitedAt()).isFalse();
    assertThat(token.claimWaiter()).isNull();
    token.release(7);
    assertThat(token.lastPoll()).isEqualTo(7);
    assertThat(token.isFree()).isTrue();
    assertThat(token.tryBrief()).isTrue();
  }

  @Test
  void whileAMachineWaitsNobodyElseAsksOrWaits() {
    assertThat(token.waitAs(machine)).isTrue();
    assertThat(token.isWaitedAt()).isTrue();
    assertThat(token.waiter()).isSameAs(machine);
    assertThat(token.isFree()).isFalse();
    assertThat(token.tryBrief()).isFalse();
    assertThat(token.waitAs(other)).isFalse();
  }

  @Test
  void aMachineThatComesBackUnclaimedIsAloneUntilItReleases() {
    token.waitAs(machine);
    assertThat(token.reclaim(machine)).isTrue();
    assertThat(token.tryBrief()).isFalse();
    assertThat(token.claimWaiter()).isNull();
    token.release(0);
    assertThat(token.isFree()).isTrue();
  }

  @Test
  void aWaitingMachineIsClaimedOnce() {
    token.waitAs(machine);
    assertThat(token.claimWaiter()).isSameAs(machine);
    assertThat(token.claimWaiter()).isNull();
    assertThat(token.isWaitedAt()).isFalse();
    assertThat(token.reclaim(machine)).isFalse();
    assertThat(token.tryBrief()).as("asked before the claimed machine is back").isFalse();
    token.release(0);
    assertThat(token.waitAs(other)).isTrue();
  }

  /** Otherwise an idle machine would sleep, and nobody notice events. */
  @Test
  void aMachineThatWantsToWaitOutlastsABriefHolder() throws Exception {
    token.tryBrief();
    var result = new AtomicReference<Boolean>();
    var started = new CountDownLatch(1);
    Thread waiter =
        Thread.ofPlatform()
            .start(() -> {
              started.countDown();
              result.set(token.waitAs(machine));
            });
    started.await();
    for (int i = 0; i < 1_000; i++) {
      Thread.onSpinWait();
    }
    assertThat(result).hasNullValue();
    token.release(0);
    waiter.join();
    assertThat(result).hasValue(true);
  }

  @Test
  void aMachineWithAPlaceOfItsOwnOutlastsNobody() {
    token.tryBrief();
    assertThat(token.tryWaitAs(machine)).isFalse();
    token.release(0);
    assertThat(token.tryWaitAs(machine)).isTrue();
    assertThat(token.tryWaitAs(other)).isFalse();
    assertThat(token.waiter()).isSameAs(machine);
  }

  @Test
  void onlyWhoWaitsForALaterTimeIsToBeWoken() {
    assertThat(token.waitsBeyond(0)).as("nobody waits").isFalse();
    token.waitAs(machine);
    assertThat(token.waitsBeyond(TimerHeap.NEVER - 1)).as("has not said until when").isTrue();
    token.waitUntil(100);
    assertThat(token.waitsBeyond(99)).isTrue();
    assertThat(token.waitsBeyond(100)).isFalse();
    token.reclaim(machine);
    assertThat(token.waitsBeyond(0)).as("is back").isFalse();
  }
}
