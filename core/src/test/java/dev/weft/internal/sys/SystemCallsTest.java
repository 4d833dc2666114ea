package dev.weft.internal.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.testing.ChildJvm;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SystemCallsTest {
  @BeforeEach
  void systemCalls() {
    assumeThat(NativeAccess.unavailableBecause()).as("system calls can be made").isNull();
  }

  @Test
  void countsTheCallsOfAllThreadsAlsoOfThoseThatEnded() throws Exception {
    long before = SystemCalls.made();
    int calls = 100;
    Thread other = Thread.ofPlatform().start(() -> call(calls));
    call(calls);
    other.join();
    System.gc(); // what has ended may be gone, and still counts
    assertThat(SystemCalls.made() - before).isGreaterThanOrEqualTo(2 * calls);
  }

  private static void call(int times) {
    for (int i = 0; i < times; i++) {
      ThreadCalls.gettid();
    }
  }

  @Test
  void fetchingMemoryIsNoCall() throws Exception {
    assumeThat(Jdk.closedBecause()).as("carrier threads can be told").isNull();
    var made = new LinkedBlockingQueue<Long>();
    var carrier =
        new CarrierThread("carrier") {
          @Override
          public void run() {
            made.add(CallState.uncounted().callsMade());
            CallState.uncounted().errno();
            made.add(CallState.uncounted().callsMade());
            ThreadCalls.gettid();
            made.add(CallState.uncounted().callsMade());
          }
        };
    carrier.start();
    carrier.join();
    assertThat(made).containsExactly(0L, 0L, 1L);
  }

  @Test
  void usageGrowsAndNeverShrinks() {
    ResourceUsage before = ResourceUsage.ofThisProcess();
    ResourceUsage after = ResourceUsage.ofThisProcess();
    assertThat(before.userMicros() + before.kernelMicros()).isPositive();
    assertThat(after.userMicros() + after.kernelMicros())
        .isGreaterThanOrEqualTo(before.userMicros() + before.kernelMicros());
    assertThat(after.voluntarySwitches()).isGreaterThanOrEqualTo(before.voluntarySwitches());
  }

  @Test
  void callsAreCountedByWhatTheyDo() throws Exception {
    assumeThat(Jdk.closedBecause()).as("carrier threads can be told").isNull();
    var made = new LinkedBlockingQueue<Long>();
    var carrier =
        new CarrierThread("carrier") {
          @Override
          public void run() {
            int eventfd = EventFdCalls.create();
            EventFdCalls.write(eventfd);
            EventFdCalls.read(eventfd);
            DescriptorCalls.close(eventfd);
            made.add(CallState.uncounted().callsMade(CallKind.WAKE));
            made.add(CallState.uncounted().callsMade(CallKind.OTHER));
            made.add(CallState.uncounted().callsMade(CallKind.READ));
          }
        };
    long[] before = SystemCalls.madeByKind();
    carrier.start();
    carrier.join();
    assertThat(made).containsExactly(2L, 2L, 0L);
    long[] after = SystemCalls.madeByKind();
    assertThat(after[CallKind.WAKE.ordinal()] - before[CallKind.WAKE.ordinal()])
        .isGreaterThanOrEqualTo(2);
  }

  /** Interpreted, because compiled code takes memory for none of the calls. */
  @Test
  void closingTakesNoHeapMemory() throws Exception {
    var result = ChildJvm.of(CloseWithoutMemoryProgram.class).with("-Xint").run();
    assertThat(result.number("close")).isZero();
    assertThat(result.number("setPair")).isZero();
  }
}
