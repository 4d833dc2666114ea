package dev.weft.internal.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.internal.sys.NativeAccess;
import dev.weft.internal.sys.ThreadCalls;
import dev.weft.testing.Eventually;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On threads of the test's own, whose priorities do not matter. */
class CpuPriorityTest {
  /** The slice of a machine that has not run yet. */
  private static final int SLICE = 0;

  /** The kernel's lowest priority, to which it limits every nice value. */
  private static final int MAX_NICE = 19;

  private final Machine machine = Machines.machine();
  private final CpuPriority priority = new CpuPriority();

  private static <V> V onAThread(Callable<V> body) throws Exception {
    var task = new FutureTask<>(body);
    Thread.ofPlatform().start(task);
    return task.get();
  }

  @BeforeAll
  static void needsTheRightToRaisePriorities() throws Exception {
    assumeTrue(NativeAccess.unavailableBecause() == null, "no system calls here");
    assumeTrue(
        onAThread(() -> {
          int nice = ThreadCalls.niceOf(0);
          ThreadCalls.setNice(ThreadCalls.gettid(), nice + 1);
          return ThreadCalls.setNice(ThreadCalls.gettid(), nice) >= 0;
        }),
        "needs CAP_SYS_NICE");
  }

  @Test
  void loweringAndRestoringChangeTheThreadsNiceValue() throws Exception {
    onAThread(() -> {
      int normal = ThreadCalls.niceOf(0);
      priority.begin();
      assertThat(priority.isLowered()).isFalse();
      assertThat(onAThread(() -> priority.lower(machine, SLICE))).isTrue();
      assertThat(priority.isLowered()).isTrue();
      assertThat(ThreadCalls.niceOf(0)).isEqualTo(Math.min(normal + 10, MAX_NICE));
      assertThat(priority.restore()).isTrue();
      assertThat(priority.isLowered()).isFalse();
      assertThat(ThreadCalls.niceOf(0)).isEqualTo(normal);
      return null;
    });
  }

  @Test
  void aMachineInItsNextSliceIsNotLowered() throws Exception {
    onAThread(() -> {
      int normal = ThreadCalls.niceOf(0);
      priority.begin();
      assertThat(priority.lower(machine, SLICE + 1)).isFalse();
      assertThat(priority.isLowered()).isFalse();
      assertThat(ThreadCalls.niceOf(0)).isEqualTo(normal);
      return null;
    });
  }

  @Test
  void noMachineIsLoweredTwiceOrBeforeItHasBegun() throws Exception {
    onAThread(() -> {
      assertThat(priority.lower(machine, SLICE)).isFalse();
      priority.begin();
      assertThat(priority.lower(machine, SLICE)).isTrue();
      assertThat(priority.lower(machine, SLICE)).isFalse();
      assertThat(priority.restore()).isTrue();
      assertThat(priority.lower(machine, SLICE)).isTrue();
      return null;
    });
  }

  @Test
  void theCpuTimeOfItsThreadIsKnownToOthers() throws Exception {
    assertThat(priority.cpuNanos()).isNegative();
    onAThread(() -> {
      priority.begin();
      long before = onAThread(priority::cpuNanos);
      assertThat(before).isNotNegative();
      Eventually.eventually("it has grown", () -> onAThread(priority::cpuNanos) > before + 100_000);
      return null;
    });
  }
}
