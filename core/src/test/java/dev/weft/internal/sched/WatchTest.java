package dev.weft.internal.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.internal.sys.NativeAccess;
import dev.weft.testing.Eventually;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What sysmon knows of a machine, whose CPU time becomes known late. */
class WatchTest {
  private static final long START = 1_000_000_000L;

  private final Machine machine = Machines.machine();
  private final Watch watch = new Watch();

  @Test
  void machineIsNotBurningForWhatItUsedBeforeItsCpuTimeWasKnown() throws Exception {
    assumeTrue(NativeAccess.unavailableBecause() == null, "no system calls here");
    var stop = new AtomicBoolean();
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              long begin = System.nanoTime();
              while (System.nanoTime() - begin < 5_000_000) {
                Thread.onSpinWait();
              }
              machine.priority.begin();
              while (!stop.get()) {
                Thread.onSpinWait();
              }
            });
    assertThat(watch.looksAgainAt(machine, START)).isFalse();
    assertThat(machine.priority.cpuNanos()).as("unknown").isNegative();
    Eventually.eventually("it is known", () -> machine.priority.cpuNanos() >= 0);
    assertThat(watch.looksAgainAt(machine, START + 1)).isTrue();
    assertThat(watch.isBurning(machine)).as("for what it used before").isFalse();
    Eventually.eventually("it burns what is known", () -> watch.isBurning(machine));
    stop.set(true);
    thread.join();
  }

  @Test
  void elapsedTimeDecidesWhileTheCpuTimeIsUnknown() {
    watch.looksAgainAt(machine, START);
    assertThat(watch.hasComputed(machine, START + Sysmon.TIME_SLICE_NANOS / 2 - 1)).isFalse();
    assertThat(watch.hasComputed(machine, START + Sysmon.TIME_SLICE_NANOS / 2)).isTrue();
    assertThat(watch.isBurning(machine)).isFalse();
  }
}
