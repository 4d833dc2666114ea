package dev.weft.internal.sched;

import static dev.weft.internal.sched.GmpFixture.await;
import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.sys.Jdk;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads, stacks and memory that run out, and machines that are all away: the rest goes on. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SchedulerTroubleTest {
  /** More than a stack has. */
  private static final int LEVELS = 1_000_000;

  private final AtomicBoolean stop = new AtomicBoolean();

  @AfterEach
  void endHogs() {
    stop.set(true);
  }

  private static Machine currentMachine() {
    return (Machine) Jdk.currentCarrier();
  }

  /** No machine waits in the poller then, so only sysmon sees events of the network. */
  @Test
  void eventsAreSeenWhileAllMachinesAreInBlockingCalls() throws Exception {
    var gmp = new GmpFixture(1, 2);
    var inside = new CountDownLatch(2);
    for (int i = 0; i < 2; i++) {
      gmp.go(() -> {
        gmp.scheduler.enterBlocking();
        inside.countDown();
        while (!stop.get()) {
          Thread.onSpinWait();
        }
        gmp.scheduler.exitBlocking();
      });
    }
    await(inside);
    eventually("the processor is idle", () -> gmp.scheduler.idleProcessors.any());
    assertThat(gmp.scheduler.sysmon.mayRest()).as("sysmon may rest").isFalse();
    var dispatched = new CountDownLatch(1);
    gmp.netpoll.post(dispatched::countDown);
    await(dispatched);
    stop.set(true);
    gmp.awaitAllFinished();
    eventually("sysmon may rest", () -> gmp.scheduler.sysmon.mayRest());
  }

  @Test
  void theSystemIsAskedForThreadsMoreAndMoreRarelyWhileItHasNone() throws Exception {
    var refused = new CopyOnWriteArrayList<Long>();
    var started = new AtomicInteger();
    var gmp =
        new GmpFixture(
            1,
            8,
            new FakeNetpoll(),
            machine -> {
              if (started.get() > 0 && !stop.get()) {
                refused.add(System.nanoTime());
                throw new OutOfMemoryError("no threads, the test says");
              }
              started.incrementAndGet();
              machine.start();
            });
    var back = new CountDownLatch(1);
    gmp.go(() -> {
      boolean entered = gmp.scheduler.enterBlocking();
      while (refused.size() < 5) {
        Thread.onSpinWait();
      }
      if (entered) {
        gmp.scheduler.exitBlocking();
      }
      back.countDown();
    });
    await(back);
    List<Long> times = List.copyOf(refused);
    for (int i = 1; i < times.size(); i++) {
      assertThat(times.get(i) - times.get(i - 1))
          .as("pause after refusal " + i)
          .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(10L << (i - 1)));
    }
    stop.set(true);
    gmp.awaitAllFinished();
  }

  @Test
  void aPollerThatFailsCostsNoMachine() throws Exception {
    var gmp = new GmpFixture(2, 2);
    gmp.awaitRest();
    for (int i = 0; i < 5; i++) {
      gmp.netpoll.fail(new OutOfMemoryError("no memory, the test says"));
      var dispatched = new CountDownLatch(1);
      gmp.netpoll.post(dispatched::countDown);
      await(dispatched);
      var ran = new CountDownLatch(1);
      gmp.go(ran::countDown);
      await(ran);
    }
    gmp.awaitAllFinished();
  }

  @Test
  void pollerThatFailsKeepsNoProcessorFromBeingHandedOff() throws Exception {
    var gmp = new GmpFixture(2, 8, new FakeNetpoll(2));
    var computing = new CountDownLatch(2);
    for (int i = 0; i < 2; i++) {
      gmp.go(() -> {
        computing.countDown();
        while (!stop.get()) {
          Thread.onSpinWait();
        }
      });
    }
    await(computing);
    gmp.netpoll.failSubmissions(0, new OutOfMemoryError("no memory, the test says"));
    gmp.netpoll.failSubmissions(1, new OutOfMemoryError("no memory, the test says"));
    var ran = new CountDownLatch(1);
    gmp.go(ran::countDown);
    await(ran);
    gmp.netpoll.failSubmissions(0, null);
    gmp.netpoll.failSubmissions(1, null);
    stop.set(true);
    gmp.awaitAllFinished();
  }

  /** Even if sysmon rests, and no other thread will ever wake the machine. */
  @Test
  void wakeUpThatFailsIsRetriedBySysmon() throws Exception {
    var gmp = new GmpFixture(1, 1);
    for (int i = 0; i < 3; i++) {
      var started = new CountDownLatch(1);
      gmp.go(started::countDown);
      await(started);
      gmp.awaitRest();
      gmp.netpoll.failNextWakeup();
      var ran = new CountDownLatch(1);
      gmp.go(ran::countDown);
      await(ran);
    }
    gmp.awaitAllFinished();
  }

  /** The deepest calls are those that wake a goroutine, so a recursion ends there. */
  @Test
  void aStackThatOverflowsInTheSchedulerLeavesItInOrder() throws Exception {
    var gmp = new GmpFixture(2, 8);
    for (int i = 0; i < 3; i++) {
      var done = new CountDownLatch(1);
      gmp.go(() -> {
        try {
          wakeAtEveryLevel(gmp, LEVELS);
        } finally {
          done.countDown();
        }
      });
      await(done);
      gmp.awaitAllFinished();
    }
    for (int i = 0; i < 3; i++) {
      var done = new CountDownLatch(1);
      gmp.go(() -> {
        try {
          blockAtEveryLevel(gmp, LEVELS);
        } finally {
          done.countDown();
        }
      });
      await(done);
      gmp.awaitAllFinished();
    }
  }

  private static int wakeAtEveryLevel(GmpFixture gmp, int levels) {
    if (levels == 0) {
      return 0;
    }
    try {
      gmp.scheduler.execute(() -> {});
      return 1 + wakeAtEveryLevel(gmp, levels - 1);
    } catch (StackOverflowError e) {
      return 0;
    }
  }

  private static int blockAtEveryLevel(GmpFixture gmp, int levels) {
    if (levels == 0) {
      return 0;
    }
    try {
      if (gmp.scheduler.enterBlocking()) {
        gmp.scheduler.exitBlocking();
      }
      return 1 + blockAtEveryLevel(gmp, levels - 1);
    } catch (StackOverflowError e) {
      return 0;
    }
  }

  /** It gets little CPU time, and no other machine could use what it had claimed. */
  @Test
  void aMachineThatWasSlowedDownWakesNoOther() throws Exception {
    var gmp = new GmpFixture(1, 8);
    var lowered = new AtomicBoolean();
    var ran = new CountDownLatch(100);
    gmp.go(() -> {
      Machine machine = currentMachine();
      while (!machine.isLowered()) {
        Thread.onSpinWait();
      }
      lowered.set(true);
      for (int i = 0; i < 100; i++) {
        while (!gmp.netpoll.isWatched()) {
          Thread.onSpinWait();
        }
        gmp.scheduler.execute(ran::countDown);
      }
    });
    eventually(
        "a hog is lowered",
        () -> {
          if (!lowered.get()) {
            gmp.go(() -> {}); // a goroutine that waits for its processor
          }
          return lowered.get();
        });
    await(ran);
    assertThat(gmp.netpoll.wasWokenByLowered()).isFalse();
    gmp.awaitAllFinished();
  }

  /** Sysmon may be quicker than the call. */
  @Test
  void theSameHoldsForAGoroutineThatHasLostItsProcessor() throws Exception {
    var gmp = new GmpFixture(1, 8);
    var lost = new AtomicBoolean();
    var inner = new AtomicInteger(-1);
    gmp.go(() -> {
      while (currentMachine().ownProcessor() != null) {
        Thread.onSpinWait();
      }
      lost.set(true);
      boolean entered = gmp.scheduler.enterBlocking();
      inner.set(gmp.scheduler.enterBlocking() ? 1 : 0);
      if (entered) {
        gmp.scheduler.exitBlocking();
      }
    });
    eventually(
        "a hog has lost its processor",
        () -> {
          if (!lost.get()) {
            gmp.go(() -> {}); // a goroutine that waits for it
          }
          return lost.get();
        });
    gmp.awaitAllFinished();
    assertThat(inner.get()).isZero();
  }

  @Test
  void aBlockingCallInsideAnotherGivesNothingBackBeforeTheOuterOneEnds() throws Exception {
    var gmp = new GmpFixture(1, 8);
    var checked = new CountDownLatch(1);
    var wrong = new AtomicInteger();
    gmp.go(() -> {
      do {
        Machine machine = currentMachine();
        boolean outer = gmp.scheduler.enterBlocking();
        boolean inner = gmp.scheduler.enterBlocking();
        if (!outer || inner || machine.ownProcessor() != null) {
          wrong.incrementAndGet();
        }
        gmp.scheduler.exitBlocking();
        // On a busy machine sysmon may have taken the processor again.
      } while (currentMachine().ownProcessor() == null);
      checked.countDown();
    });
    await(checked);
    assertThat(wrong.get()).isZero();
    gmp.awaitAllFinished();
  }
}
