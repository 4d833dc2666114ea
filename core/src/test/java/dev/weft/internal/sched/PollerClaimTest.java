package dev.weft.internal.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PollerClaimTest {
  private final RecordingPoller poller = new RecordingPoller(false);
  private final PollerClaim shared = new PollerClaim(new RecordingPoller(true));
  private final PollerClaim own = new PollerClaim(poller);
  private final Machine machine = Machines.machine();
  private final Machine other = Machines.machine();

  // Any poller

  private PollerClaim claim(boolean isShared) {
    return isShared ? shared : own;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneThreadAtATimePolls(boolean isShared) {
    PollerClaim claim = claim(isShared);
    assertThat(claim.tryPoll()).isTrue();
    assertThat(claim.isPolled()).isTrue();
    assertThat(claim.tryPoll()).isFalse();
    assertThat(claim.isWaitedIn()).isFalse();
    assertThat(claim.claim()).isNull();
    claim.endPoll();
    assertThat(claim.isPolled()).isFalse();
    assertThat(claim.tryPoll()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whileAMachineWaitsNoOtherThreadPollsOrWaits(boolean isShared) {
    PollerClaim claim = claim(isShared);
    assertThat(claim.tryWait(machine)).isTrue();
    assertThat(claim.isWaitedIn()).isTrue();
    assertThat(claim.tryPoll()).isFalse();
    assertThat(claim.tryWait(other)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aMachineThatReclaimedItselfHoldsThePollerUntilItLeaves(boolean isShared) {
    PollerClaim claim = claim(isShared);
    claim.tryWait(machine);
    assertThat(claim.reclaim(machine)).isTrue();
    assertThat(claim.isHeldBy(machine)).isTrue();
    assertThat(claim.tryPoll()).isFalse();
    assertThat(claim.claim()).isNull();
    claim.leave(machine);
    assertThat(claim.isHeldBy(machine)).isFalse();
    assertThat(claim.tryPoll()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aWaitingMachineIsClaimedOnceAndHoldsThePollerUntilItLeaves(boolean isShared) {
    PollerClaim claim = claim(isShared);
    claim.tryWait(machine);
    assertThat(claim.claim()).isSameAs(machine);
    assertThat(claim.claim()).isNull();
    assertThat(claim.isWaitedIn()).isFalse();
    assertThat(claim.reclaim(machine)).as("reclaims itself although claimed").isFalse();
    assertThat(claim.tryPoll()).as("polled before the claimed machine has returned").isFalse();
    claim.leave(other);
    assertThat(claim.isHeldBy(machine)).as("held after another one has left").isTrue();
    claim.leave(machine);
    assertThat(claim.tryWait(other)).isTrue();
  }

  // The shared poller

  /** Otherwise an idle machine would park, and no thread see events. */
  @Test
  void aMachineOutlastsAThreadThatPollsTheSharedPoller() throws Exception {
    shared.tryPoll();
    var result = new AtomicReference<Boolean>();
    var started = new CountDownLatch(1);
    Thread waiter =
        Thread.ofPlatform()
            .start(() -> {
              started.countDown();
              result.set(shared.tryWait(machine));
            });
    started.await();
    for (int i = 0; i < 1_000; i++) {
      Thread.onSpinWait();
    }
    assertThat(result).hasNullValue();
    shared.endPoll();
    waiter.join();
    assertThat(result).hasValue(true);
  }

  @Test
  void aMachineThatGetsAProcessorLeavesTheSharedPollerAlone() {
    shared.tryWait(machine);
    shared.adopt(other);
    shared.vacate();
    assertThat(shared.claim()).isSameAs(machine);
    shared.vacate();
    assertThat(shared.isHeldBy(machine)).isTrue();
  }

  // A processor's own poller

  @Test
  void aMachineDoesNotOutlastAnotherThatHoldsTheProcessorsPoller() {
    own.adopt(other);
    assertThat(own.tryWait(machine)).isFalse();
    assertThat(own.isHeldBy(other)).isTrue();
  }

  @Test
  void aMachineWaitsAlthoughAThreadPolls() {
    own.tryPoll();
    assertThat(own.tryWait(machine)).isTrue();
    own.endPoll();
    assertThat(own.claim()).isSameAs(machine);
  }

  @Test
  void aMachineThatWaitsIsDismissedIfAnotherGetsTheProcessor() {
    own.tryWait(machine);
    own.adopt(other);
    assertThat(own.isHeldBy(other)).isTrue();
    assertThat(own.reclaim(machine)).isFalse();
    assertThat(machine.isDismissed()).isTrue();
    assertThat(poller.wakeups()).isOne();
    own.leave(machine);
    assertThat(own.isHeldBy(other)).isTrue();
  }

  @Test
  void thePollerIsToldOnlyWhetherItIsHeldAtAll() {
    own.adopt(machine);
    assertThat(poller.isHeld()).isTrue();
    own.tryWait(machine);
    own.reclaim(machine);
    own.tryWait(machine);
    own.claim();
    own.adopt(machine);
    own.adopt(other);
    assertThat(poller.changes()).as("while it was held").isOne();
    own.leave(machine);
    assertThat(poller.isHeld()).isTrue();
    own.leave(other);
    assertThat(poller.isHeld()).isFalse();
    own.tryPoll();
    own.endPoll();
    assertThat(poller.changes()).as("with a poll besides").isEqualTo(2);
  }

  @Test
  void aProcessorThatBecomesIdleWithoutAMachineFreesItsPoller() {
    own.adopt(machine);
    own.vacate();
    assertThat(own.isHeldBy(machine)).isFalse();
    assertThat(poller.isHeld()).isFalse();
    own.tryWait(other);
    own.vacate();
    assertThat(own.isWaitedIn()).as("waits for its events").isTrue();
  }
}
