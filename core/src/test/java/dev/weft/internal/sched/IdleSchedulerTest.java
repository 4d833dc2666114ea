package dev.weft.internal.sched;

import static dev.weft.internal.sched.GmpFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.stats.SchedulerStats;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A runtime with nothing to do costs nothing. */
class IdleSchedulerTest {
  /** The clock of these tests: how much CPU the test itself has used. */
  private static final long BURN_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private static void burn() {
    long end = THREADS.getCurrentThreadCpuTime() + BURN_NANOS;
    while (THREADS.getCurrentThreadCpuTime() < end) {
      Thread.onSpinWait();
    }
  }

  private static long cpuOfMachines(GmpFixture gmp) {
    return gmp.scheduler.machines.all().stream().mapToLong(each -> each.priority.cpuNanos()).sum();
  }

  private static void work(GmpFixture gmp) throws Exception {
    var done = new CountDownLatch(200);
    for (int i = 0; i < 200; i++) {
      gmp.go(() -> {
        for (int step = 0; step < 10; step++) {
          Thread.yield();
          Sleep.sleep(gmp.scheduler.timers(), TimeUnit.MICROSECONDS.toNanos(50));
        }
        done.countDown();
      });
    }
    await(done);
    gmp.awaitAllFinished();
  }

  private static void assertCostsNothing(GmpFixture gmp) throws Exception {
    gmp.awaitRest();
    SchedulerStats before = gmp.scheduler.stats();
    long sysmon = THREADS.getThreadCpuTime(gmp.scheduler.sysmon.threadId());
    long machines = cpuOfMachines(gmp);
    burn();
    // Not a single round: sysmon sleeps until a machine runs.
    assertThat(THREADS.getThreadCpuTime(gmp.scheduler.sysmon.threadId())).isEqualTo(sysmon);
    // A parked machine may look whether it has been idle for too long.
    assertThat(cpuOfMachines(gmp) - machines).isLessThan(BURN_NANOS / 100);
    SchedulerStats after = gmp.scheduler.stats();
    assertThat(after.processors().slices()).isEqualTo(before.processors().slices());
    assertThat(after.polls().checks()).isEqualTo(before.polls().checks());
    assertThat(after.polls().waits()).isEqualTo(before.polls().waits());
    assertThat(after.machines().wakes()).isEqualTo(before.machines().wakes());
    assertThat(after.machines().parks()).isEqualTo(before.machines().parks());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void afterWorkAllIsQuiet(int processors) throws Exception {
    var gmp = new GmpFixture(processors, 64);
    work(gmp);
    assertCostsNothing(gmp);
    work(gmp);
    assertCostsNothing(gmp);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void parkedGoroutinesAndFarTimersCostNothing(int processors) throws Exception {
    var gmp = new GmpFixture(processors, 64);
    var all = new Thread[100];
    var started = new CountDownLatch(all.length);
    var release = new CountDownLatch(1);
    for (int i = 0; i < all.length; i++) {
      boolean sleeps = i % 2 == 0;
      all[i] =
          gmp.go(() -> {
            started.countDown();
            if (sleeps) {
              try {
                Sleep.sleep(gmp.scheduler.timers(), TimeUnit.HOURS.toNanos(1));
              } catch (InterruptedException e) {
                // The end of this test.
              }
            } else {
              while (release.getCount() > 0) {
                LockSupport.park();
              }
            }
          });
    }
    await(started);
    assertCostsNothing(gmp);
    release.countDown();
    for (Thread each : all) {
      each.interrupt();
    }
    gmp.awaitAllFinished();
  }
}
