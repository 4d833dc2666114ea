package dev.weft.internal.sched;

import static dev.weft.internal.sched.GmpFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.sched.queue.RunQueue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goroutines do everything at random at once. Afterwards each has ended, every counter agrees, and
 * the scheduler is as quiet as before.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class GmpSchedulerStormTest {
  private static final int GOROUTINES = 6_000;
  private static final int STEPS = 12;

  /** A goroutine that waits for another. */
  private static final class Waiter {
    final Thread thread = Thread.currentThread();
    private volatile boolean released;

    void await() {
      while (!released) {
        LockSupport.park(this);
        Thread.interrupted();
      }
    }

    void release() {
      released = true;
      LockSupport.unpark(thread);
    }
  }

  private static final class Storm {
    final GmpFixture gmp;
    final ConcurrentLinkedQueue<Waiter> waiters = new ConcurrentLinkedQueue<>();
    final AtomicReferenceArray<Thread> victims = new AtomicReferenceArray<>(64);
    final AtomicInteger budget = new AtomicInteger(GOROUTINES);
    final AtomicInteger ended = new AtomicInteger();

    Storm(GmpFixture gmp) {
      this.gmp = gmp;
    }

    boolean spawn(long seed) {
      if (budget.getAndDecrement() <= 0) {
        return false;
      }
      gmp.go(() -> {
        var random = new SplittableRandom(seed);
        victims.set(random.nextInt(victims.length()), Thread.currentThread());
        for (int i = 0; i < STEPS; i++) {
          step(random);
        }
        ended.incrementAndGet();
      });
      return true;
    }

    private void step(SplittableRandom random) {
      switch (random.nextInt(16)) {
        case 0, 1 -> Thread.yield();
        case 2, 3 -> {
          var waiter = new Waiter();
          waiters.add(waiter);
          waiter.await();
        }
        case 4, 5, 6 -> releaseOne();
        case 7 -> {
          try {
            Sleep.sleep(
                gmp.scheduler.timers(), random.nextInt((int) TimeUnit.MICROSECONDS.toNanos(300)));
          } catch (InterruptedException e) {
            // One of the others meant it.
          }
        }
        case 8 -> LockSupport.parkNanos(random.nextInt((int) TimeUnit.MICROSECONDS.toNanos(300)));
        case 9 -> {
          Thread victim = victims.get(random.nextInt(victims.length()));
          if (victim != null) {
            victim.interrupt();
          }
        }
        case 10 -> {
          gmp.scheduler.enterBlocking();
          spin(TimeUnit.MICROSECONDS.toNanos(random.nextInt(30)));
          if (random.nextInt(4) == 0) {
            Thread.yield();
          }
          gmp.scheduler.exitBlocking();
        }
        case 11 -> spin(TimeUnit.MICROSECONDS.toNanos(random.nextInt(40)));
        case 12 -> {
          if (random.nextInt(200) == 0) {
            // Longer than a time slice, and waking others meanwhile.
            long end = System.nanoTime() + 2 * Sysmon.TIME_SLICE_NANOS;
            while (System.nanoTime() < end) {
              releaseOne();
            }
          }
        }
        case 13 -> {
          // More at once than a ring holds.
          int burst = random.nextInt(100) == 0 ? 2 * RunQueue.CAPACITY : 2;
          while (burst-- > 0 && spawn(random.nextLong())) {}
        }
        case 14 -> {
          for (int i = random.nextInt(30); i > 0; i--) {
            releaseOne();
          }
        }
        default -> {
          synchronized (this) {
            if (random.nextBoolean()) {
              Thread.yield();
            }
          }
        }
      }
    }

    private static void spin(long nanos) {
      long end = System.nanoTime() + nanos;
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
    }

    private boolean releaseOne() {
      Waiter waiter = waiters.poll();
      if (waiter == null) {
        return false;
      }
      waiter.release();
      return true;
    }

    private void post(SplittableRandom random, Runnable event) {
      if (!gmp.netpoll.isShared() && random.nextInt(3) > 0) {
        gmp.netpoll.post(random.nextInt(gmp.scheduler.processors.length), event);
      } else {
        gmp.netpoll.post(event);
      }
    }

    /** Starts the storm, and keeps it going from threads that the scheduler does not know. */
    void rage(long seed) throws Exception {
      var random = new SplittableRandom(seed);
      gmp.eventuallyOrState(
          "all have ended",
          () -> {
            if (random.nextBoolean()) {
              releaseOne();
              spawn(random.nextLong());
            } else {
              post(
                  random,
                  () -> {
                    for (int i = 0; i < 20 && releaseOne(); i++) {}
                  });
            }
            for (int i = 0; i < 40; i++) {
              spawn(random.nextLong());
            }
            while (releaseOne()) {}
            return budget.get() <= 0 && ended.get() == GOROUTINES;
          });
    }
  }

  private static void assertNothingLost(Storm storm) throws Exception {
    storm.gmp.awaitAllFinished();
    var stats = storm.gmp.scheduler.stats();
    assertThat(storm.ended).hasValue(GOROUTINES);
    assertThat(stats.goroutines().created()).isEqualTo(GOROUTINES);
    assertThat(stats.goroutines().finished()).isEqualTo(GOROUTINES);
    assertThat(stats.goroutines().runnable()).isZero();
    assertThat(stats.machines().alive()).isLessThanOrEqualTo(stats.machines().limit());
    // And it still works.
    var ran = new CountDownLatch(1);
    storm.gmp.go(ran::countDown);
    await(ran);
    storm.gmp.awaitAllFinished();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 2, 0",
    "1, 64, 0",
    "2, 3, 0",
    "2, 3, 2",
    "2, 64, 0",
    "2, 64, 2",
    "4, 5, 0",
    "4, 5, 4",
    "4, 64, 0",
    "4, 64, 4"
  })
  void loses(int processors, int machineLimit, int places) throws Exception {
    var storm = new Storm(new GmpFixture(processors, machineLimit, new FakeNetpoll(places)));
    storm.rage(processors);
    assertNothingLost(storm);
  }

  /**
   * The same while a monitor takes processors away at any moment, without waiting for time slices
   * to be over.
   */
  @ParameterizedTest
  @CsvSource({"1, 0", "2, 0", "2, 2", "4, 0", "4, 4"})
  void underAMonitorWithoutPatience(int processors, int places) throws Exception {
    var gmp = new GmpFixture(processors, 64, new FakeNetpoll(places));
    var over = new AtomicBoolean();
    Thread monitor =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              while (!over.get()) {
                for (Processor processor : gmp.scheduler.processors) {
                  Machine machine = processor.owner();
                  if (machine != null
                      && Machine.isInGoroutine(machine.slice())
                      && processor.release(machine)) {
                    gmp.scheduler.assigner.handOff(processor);
                  }
                }
              }
            });
    var storm = new Storm(gmp);
    try {
      storm.rage(processors);
    } finally {
      over.set(true);
      monitor.join();
    }
    assertNothingLost(storm);
  }

  /**
   * A goroutine that keeps waking others loses its processor while it wakes one, when no machine
   * would find a task that was put on the lost processor.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void aGoroutineWokenByAMachineThatJustLostItsProcessorRuns(int processors) throws Exception {
    var gmp = new GmpFixture(processors, 64);
    for (int round = 0; round < 300; round++) {
      var parked = new Waiter[1];
      var ready = new CountDownLatch(1);
      var woken = new CountDownLatch(1);
      gmp.go(() -> {
        parked[0] = new Waiter();
        ready.countDown();
        parked[0].await();
        woken.countDown();
      });
      await(ready);
      var inside = new CountDownLatch(1);
      var taken = new AtomicBoolean();
      int delay = round;
      gmp.go(() -> {
        inside.countDown();
        while (!taken.get()) {
          Thread.onSpinWait();
        }
        for (int i = 0; i < delay; i++) {
          Thread.onSpinWait();
        }
        parked[0].release();
        while (woken.getCount() > 0) {
          Thread.onSpinWait();
        }
      });
      await(inside);
      for (Processor processor : gmp.scheduler.processors) {
        Machine machine = processor.owner();
        if (machine != null && Machine.isInGoroutine(machine.slice())) {
          taken.set(true);
          if (processor.release(machine)) {
            gmp.scheduler.assigner.handOff(processor);
          }
        }
      }
      taken.set(true);
      await(woken);
    }
    gmp.awaitAllFinished();
  }
}
