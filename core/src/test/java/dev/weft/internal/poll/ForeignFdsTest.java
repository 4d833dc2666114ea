package dev.weft.internal.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weft.internal.timer.TimerHeap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When a read from a descriptor of other code may be left out. */
class ForeignFdsTest {
  private static final int FD = 300;
  private static final int LENGTH = 100;

  private Runnable armed = () -> {};
  private final TimerHeap heap = new TimerHeap(when -> armed.run());
  private PollDesc desc = new PollDesc(heap);
  private final ForeignFds fds =
      new ForeignFds(
          () -> desc = new PollDesc(heap),
          new ForeignFds.Registry() {
            @Override
            public int register(int fd, PollDesc poll) {
              return 0;
            }

            @Override
            public int registerOnce(int fd, PollDesc poll) {
              poll.signalRead();
              return 0;
            }

            @Override
            public void unregister(int fd, PollDesc poll) {}
          });

  /** As a socket is after its first wait. */
  private void register() {
    fds.await(FD, false, 0, () -> false);
  }

  private void read(int result) {
    assertThat(fds.isDrained(FD)).as("drained before the read").isFalse();
    fds.readReturned(FD, result, LENGTH);
  }

  @Test
  void aShortReadDrainsUntilTheNextSignal() {
    register();
    read(LENGTH - 1);
    assertThat(fds.isDrained(FD)).isTrue();
    assertThat(fds.isDrained(FD)).isTrue();
    desc.signalRead();
    read(1);
    assertThat(fds.isDrained(FD)).isTrue();
  }

  /** Without a registration no signal would follow. */
  @Test
  void aSocketThatHasNotWaitedYetIsNotDrained() {
    read(1);
    assertThat(fds.isDrained(FD)).isFalse();
    register();
    assertThat(fds.isDrained(FD)).isFalse();
  }

  @Test
  void otherReadsDoNotDrain() {
    register();
    for (int result : new int[] {LENGTH, 0, -2}) {
      read(result);
      assertThat(fds.isDrained(FD)).as("after " + result).isFalse();
    }
  }

  @Test
  void aSignalBetweenTheReadAndItsReportCounts() {
    register();
    assertThat(fds.isDrained(FD)).isFalse();
    desc.signalRead();
    fds.readReturned(FD, 1, LENGTH);
    assertThat(fds.isDrained(FD)).isFalse();
  }

  @Test
  void afterAWaitThereIsARead() {
    register();
    read(1);
    desc.signalRead();
    fds.await(FD, false, 0, () -> true); // consumes the signal
    assertThat(fds.isDrained(FD)).isFalse();
  }

  @Test
  void aWaitToWriteChangesNothing() {
    register();
    read(1);
    desc.signalWrite();
    fds.await(FD, true, 0, () -> true);
    assertThat(fds.isDrained(FD)).isTrue();
  }

  @Test
  void beforeTheEndOfTheStreamOrUrgentDataAShortReadDoesNotDrain() {
    register();
    read(1);
    desc.markMayReadShort();
    assertThat(fds.isDrained(FD)).isFalse();
  }

  @Test
  void anotherDescriptorOfTheSameNumberBeginsAnew() {
    register();
    read(1);
    fds.closing(FD);
    assertThat(fds.isDrained(FD)).isFalse();
    register();
    assertThat(fds.isDrained(FD)).isFalse();
  }

  /** Later waits without a limit would end by it. */
  @Test
  void aWaitThatCannotArmItsTimerLeavesNoDeadline() {
    register();
    armed =
        () -> {
          throw new OutOfMemoryError("on purpose");
        };
    long hour = TimeUnit.HOURS.toNanos(1);
    assertThatExceptionOfType(OutOfMemoryError.class)
        .isThrownBy(() -> fds.await(FD, false, hour, () -> true));
    assertThat(desc.read.deadline()).isEqualTo(Direction.NONE);
  }

  @Test
  void aSelectorsDescriptorIsNeverDrained() {
    fds.awaitOnce(FD, 0);
    read(1);
    assertThat(fds.isDrained(FD)).isFalse();
  }
}
