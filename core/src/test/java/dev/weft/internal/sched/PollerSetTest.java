package dev.weft.internal.sched;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.sched.netpoll.Netpoll;
import dev.weft.internal.sched.netpoll.ProcessorPoller;
import dev.weft.internal.timer.TimerHeap;
import org.junit.jupiter.api.Test;

class PollerSetTest {
  private final RecordingPoller[] recorders = {
    new RecordingPoller(false), new RecordingPoller(false)
  };
  private final PollerSet set = set(recorders);
  private final Machine machine = Machines.machine();
  private final Machine other = Machines.machine();

  private static PollerSet set(RecordingPoller... pollers) {
    return new PollerSet(
        new Netpoll() {
          @Override
          public String name() {
            return "recording";
          }

          @Override
          public ProcessorPoller poller(int processor) {
            return pollers[processor % pollers.length];
          }

          @Override
          public void close() {}
        },
        2);
  }

  @Test
  void processorsThatShareAPollerShareItsClaim() {
    PollerSet shared = set(new RecordingPoller(true));
    assertThat(shared.isShared()).isTrue();
    assertThat(shared.of(0)).isSameAs(shared.of(1));
    assertThat(set.isShared()).isFalse();
    assertThat(set.of(0)).isNotSameAs(set.of(1));
  }

  @Test
  void onlyPollersThatNoThreadUsesArePolled() {
    long before = set.lastPoll();
    set.of(0).adopt(machine);
    assertThat(set.pollFree(10)).isOne();
    assertThat(recorders[0].reaps()).isZero();
    assertThat(recorders[1].reaps()).isOne();
    assertThat(set.lastPoll()).isGreaterThan(before);
    set.of(1).tryWait(other);
    assertThat(set.pollFree(10)).as("all are in use").isEqualTo(-1);
  }

  @Test
  void aThreadPollsNoMoreThanItHasRoomFor() {
    assertThat(set.pollFree(1)).isOne();
    assertThat(recorders[1].reaps()).isZero();
  }

  @Test
  void oneMachineWatches() {
    assertThat(set.isUnattended()).isTrue();
    set.of(0).tryWait(machine);
    set.of(1).tryWait(other);
    assertThat(set.isUnattended()).as("both wait").isTrue();
    assertThat(set.tryWatch(set.of(0))).isTrue();
    assertThat(set.tryWatch(set.of(1))).isFalse();
    assertThat(set.isUnattended()).isFalse();
    assertThat(set.isWatchedByWaiter()).isTrue();
    set.of(0).claim();
    assertThat(set.isWatchedByWaiter()).as("with the machine claimed").isFalse();
    assertThat(set.isWatched()).isTrue();
    set.endWatch();
    assertThat(set.tryWatch(set.of(1))).isTrue();
  }

  @Test
  void manyUselessWatchesInARowAreToldUntilOneIsUseful() {
    int watches = 0;
    while (!set.isWatchingUseless()) {
      assertThat(watches++).as("useless watches").isLessThan(100);
      set.noteWatch(false);
    }
    assertThat(watches).as("one proves nothing").isGreaterThan(1);
    set.noteWatch(false);
    assertThat(set.isWatchingUseless()).isTrue();
    set.noteWatch(true);
    assertThat(set.isWatchingUseless()).isFalse();
  }

  @Test
  void aPollIsAttendance() {
    set.of(1).tryPoll();
    assertThat(set.isUnattended()).isFalse();
    set.of(1).endPoll();
    assertThat(set.isUnattended()).isTrue();
  }

  @Test
  void aWaitingMachineIsFoundInAnyPoller() {
    assertThat(set.anyWaitedIn()).isNull();
    set.of(1).tryWait(machine);
    assertThat(set.anyWaitedIn()).isSameAs(set.of(1));
  }

  @Test
  void onlyAMachineThatWouldOversleepATimerIsWoken() {
    set.earlierTimer(0);
    assertThat(wakeups()).as("no machine watches").isZero();
    set.of(1).tryWait(machine);
    set.tryWatch(set.of(1));
    set.earlierTimer(TimerHeap.NEVER - 1);
    assertThat(recorders[1].wakeups()).as("it has not said until when").isOne();
    set.watchUntil(100);
    set.earlierTimer(100);
    assertThat(recorders[1].wakeups()).isOne();
    set.earlierTimer(99);
    assertThat(recorders[1].wakeups()).isEqualTo(2);
    set.stopWaiting();
    set.earlierTimer(0);
    assertThat(wakeups()).as("it has returned").isEqualTo(2);
  }

  private int wakeups() {
    return recorders[0].wakeups() + recorders[1].wakeups();
  }
}
