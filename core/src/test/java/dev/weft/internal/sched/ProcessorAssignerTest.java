package dev.weft.internal.sched;

import static dev.weft.internal.sched.GmpFixture.await;
import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How many machines are woken for tasks that other threads queue. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ProcessorAssignerTest {
  /** A woken machine counts as searching before its thread gets a CPU. */
  @Test
  void aMachineThatGetsNoCpuDoesNotKeepTheGlobalQueueWaiting() throws Exception {
    var withoutCpu = new CopyOnWriteArrayList<Machine>();
    var startThread = new AtomicReference<Consumer<Machine>>(withoutCpu::add);
    var gmp = new GmpFixture(3, 8, new FakeNetpoll(), machine -> startThread.get().accept(machine));
    var ran = new CountDownLatch(1);

    eventually("sysmon has woken a machine to watch", () -> withoutCpu.size() == 1);
    startThread.set(Machine::start);
    gmp.go(ran::countDown);
    await(ran);

    withoutCpu.forEach(Machine::start);
    gmp.awaitAllFinished();
  }

  @Test
  void atMostTwoMachinesAreWokenBeforeOneHasBegunToSearch() throws Exception {
    List<Machine> woken = new CopyOnWriteArrayList<>();
    var startThread = new AtomicReference<Consumer<Machine>>(woken::add);
    var gmp = new GmpFixture(4, 8, new FakeNetpoll(), machine -> startThread.get().accept(machine));

    for (int i = 0; i < 4; i++) {
      gmp.go(() -> {});
    }
    eventually("two machines are woken", () -> woken.size() == 2);
    assertThat(gmp.scheduler.idleProcessors.count()).as("idle processors").isEqualTo(2);
    startThread.set(Machine::start);
    woken.forEach(Machine::start);
    gmp.awaitAllFinished();
  }
}
