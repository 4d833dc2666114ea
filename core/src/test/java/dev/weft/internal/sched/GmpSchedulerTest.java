package dev.weft.internal.sched;

import static dev.weft.internal.sched.GmpFixture.await;
import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.sys.Jdk;
import dev.weft.internal.timer.Timer;
import dev.weft.internal.timer.TimerHeap;
import dev.weft.stats.SchedulerStats;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the scheduler does in situations that a test can bring about on purpose. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class GmpSchedulerTest {
  private final AtomicBoolean stop = new AtomicBoolean();

  @AfterEach
  void endHogs() {
    stop.set(true);
  }

  private void spin() {
    while (!stop.get()) {
      Thread.onSpinWait();
    }
  }

  private static Machine currentMachine() {
    return (Machine) Jdk.currentCarrier();
  }

  // Idle machines and the poller

  @Test
  void anIdleSchedulerHasOneMachineInThePoller() throws Exception {
    var gmp = new GmpFixture(2, 8);
    gmp.awaitRest();
    // The second if sysmon looked before the first had reached the poller.
    assertThat(gmp.scheduler.stats().machines().alive()).isBetween(1, 2);
  }

  @Test
  void anEventMakesItsGoroutineRunOnTheMachineThatPolled() throws Exception {
    var gmp = new GmpFixture(2, 8);
    var ready = new CountDownLatch(1);
    var resumed = new CountDownLatch(1);
    var woken = new AtomicBoolean();
    Thread sleeper =
        gmp.go(() -> {
          ready.countDown();
          while (!woken.get()) {
            LockSupport.park();
          }
          resumed.countDown();
        });
    await(ready);
    gmp.awaitRest();
    gmp.netpoll.post(() -> {
      woken.set(true);
      LockSupport.unpark(sleeper);
    });
    await(resumed);
    gmp.awaitAllFinished();
    assertThat(gmp.scheduler.stats().polls().events()).isEqualTo(1);
  }

  @Test
  void anEventOfAnIdleProcessorIsHandledByTheMachineThatWaitsInItsPoller() throws Exception {
    var gmp = new GmpFixture(2, 8, new FakeNetpoll(2));
    var spinning = new CountDownLatch(2);
    for (int i = 0; i < 2; i++) {
      gmp.go(() -> {
        spinning.countDown();
        while (spinning.getCount() > 0) {
          Thread.onSpinWait();
        }
      });
    }
    await(spinning);
    gmp.awaitAllFinished();
    var found = new AtomicReference<Processor>();
    eventually(
        "one machine watches, the other waits for its processor's events",
        () -> {
          found.set(waitedFor(gmp));
          return found.get() != null;
        });
    Processor idle = found.get();
    var handled = new CountDownLatch(1);
    var by = new AtomicInteger();
    gmp.netpoll.post(
        idle.id,
        () -> {
          by.set(((Machine) Thread.currentThread()).home());
          handled.countDown();
        });
    await(handled);
    assertThat(by).as("the handler's processor").hasValue(idle.id);
    gmp.awaitAllFinished();
  }

  /** A processor that has a goroutine to run at any time never comes to the end of a round. */
  @Test
  void anEventIsHandledBesideAGoroutineThatIsAlwaysReady() throws Exception {
    var gmp = new GmpFixture(1, 8, new FakeNetpoll(1));
    var turns = new AtomicInteger();
    var handled = new AtomicInteger();
    var done = new CountDownLatch(1);
    gmp.go(() -> {
      for (int event = 1; event <= 20; event++) {
        gmp.netpoll.post(0, handled::incrementAndGet);
        while (handled.get() < event) {
          Thread.yield();
          turns.incrementAndGet();
        }
      }
      done.countDown();
    });
    await(done);
    assertThat(turns.get()).as("turns of the goroutine").isLessThan(20 * 200);
    gmp.awaitAllFinished();
  }

  private static Processor waitedFor(GmpFixture gmp) {
    return Arrays.stream(gmp.scheduler.processors)
        .filter(each -> each.claim.isWaitedIn() && !gmp.netpoll.isWatched(each.id))
        .findAny()
        .orElse(null);
  }

  @Test
  void anEarlierTimerWakesTheMachineThatWaitsForALaterOne() throws Exception {
    var gmp = new GmpFixture(1, 4);
    var fired = new CountDownLatch(1);
    var later = new CountingTimer(gmp.scheduler.processors[0].timers, new CountDownLatch(1));
    later.arm(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
    gmp.awaitRest();
    new CountingTimer(gmp.scheduler.processors[0].timers, fired).arm(System.nanoTime() + 1_000_000);
    await(fired);
    assertThat(later.cancel()).isTrue();
    gmp.awaitAllFinished();
  }

  private static final class CountingTimer extends Timer {
    private final CountDownLatch fired;

    private CountingTimer(TimerHeap heap, CountDownLatch fired) {
      super(heap);
      this.fired = fired;
    }

    @Override
    protected void fire() {
      fired.countDown();
    }
  }

  /**
   * Until the handoff is done, no machine would run the goroutine if it parked, so it must not wait
   * for anything.
   */
  @Test
  void givingUpAProcessorWaitsForNoLock() throws Exception {
    var gmp = new GmpFixture(1, 8);
    var held = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var ready = new CountDownLatch(1);
    var done = new CountDownLatch(1);
    gmp.go(() -> {
      ready.countDown();
      while (held.getCount() > 0) {
        Thread.onSpinWait();
      }
      gmp.scheduler.enterBlocking();
      release.countDown();
      gmp.scheduler.exitBlocking();
      done.countDown();
    });
    await(ready);
    Thread holder =
        Thread.ofPlatform()
            .start(() -> {
              synchronized (gmp.scheduler.machines) {
                held.countDown();
                while (release.getCount() > 0) {
                  Thread.onSpinWait();
                }
              }
            });
    await(done);
    holder.join();
    gmp.awaitAllFinished();
  }

  /** A searching machine may lose its processor before it has begun to look. */
  @Test
  void aSearcherThatLosesItsProcessorNoLongerCounts() throws Exception {
    // One machine, which can be held at the poller; sysmon may have had a second one started.
    var gmp = new GmpFixture(1, 1);
    gmp.awaitRest();
    Processor processor = gmp.scheduler.processors[0];
    gmp.netpoll.hold(true);
    gmp.scheduler.assigner.wake(null);
    Machine granted = processor.owner();
    assertThat(granted).isNotNull();
    assertThat(gmp.scheduler.searchers.get()).isEqualTo(1);
    // As sysmon would, if it was descheduled between its look at the slice and this.
    assertThat(processor.release(granted)).isTrue();
    gmp.scheduler.idleProcessors.put(processor);
    gmp.netpoll.hold(false);
    gmp.awaitQuiet();

    var ran = new CountDownLatch(1);
    gmp.go(ran::countDown);
    await(ran);
    gmp.awaitAllFinished();
  }

  // Time slices

  @Test
  void aProcessorIsTakenFromAHogForAnother() throws Exception {
    var gmp = new GmpFixture(1, 8);
    var spinning = new CountDownLatch(1);
    gmp.go(() -> {
      spinning.countDown();
      spin();
    });
    await(spinning);
    var ran = new CountDownLatch(1);
    gmp.go(ran::countDown);
    await(ran);
    assertThat(gmp.scheduler.stats().processors().handoffs()).isPositive();
    eventually(
        "the hog's priority is lowered", () -> gmp.scheduler.stats().machines().lowered() == 1);
    stop.set(true);
    gmp.awaitAllFinished();
    eventually("its priority is restored", () -> gmp.scheduler.stats().machines().lowered() == 0);
  }

  @Test
  void aHogThatDelaysNoGoroutineKeepsItsProcessor() throws Exception {
    var gmp = new GmpFixture(2, 8);
    var spinning = new CountDownLatch(1);
    gmp.go(() -> {
      spinning.countDown();
      spin();
    });
    await(spinning);
    // From then on no machine has a reason to look for work, and the hog keeps none waiting.
    eventually(
        "the other processor is idle, and a machine waits in the poller",
        () -> gmp.scheduler.idleProcessors.any() && gmp.netpoll.isWatched());
    long handoffs = gmp.scheduler.stats().processors().handoffs();
    long begin = cpuOf(gmp);
    eventually(
        "it has used several slices", () -> cpuOf(gmp) - begin > 5 * Sysmon.TIME_SLICE_NANOS);
    assertThat(gmp.scheduler.stats().processors().handoffs()).isEqualTo(handoffs);
    stop.set(true);
    gmp.awaitAllFinished();
  }

  private static long cpuOf(GmpFixture gmp) {
    return gmp.scheduler.machines.all().stream().mapToLong(each -> each.priority.cpuNanos()).sum();
  }

  @Test
  void eventsAreDispatchedBesideAHogOnTheOnlyProcessor() throws Exception {
    var gmp = new GmpFixture(1, 2);
    var spinning = new CountDownLatch(1);
    gmp.go(() -> {
      spinning.countDown();
      spin();
    });
    await(spinning);
    for (int i = 0; i < 20; i++) {
      var dispatched = new CountDownLatch(1);
      gmp.netpoll.post(dispatched::countDown);
      await(dispatched);
    }
    stop.set(true);
    gmp.awaitAllFinished();
  }

  /** Sysmon rests while all is idle, and has to be back when a goroutine goes on by itself. */
  @Test
  void aGoroutineBackFromALongBlockingCallIsWatchedAgain() throws Exception {
    var gmp = new GmpFixture(1, 8);
    var inside = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var back = new CountDownLatch(1);
    gmp.go(() -> {
      gmp.scheduler.enterBlocking();
      inside.countDown();
      blockThread(release);
      gmp.scheduler.exitBlocking();
      back.countDown();
      spin();
    });
    await(inside);
    gmp.awaitRest();
    release.countDown();
    await(back);
    var ran = new CountDownLatch(1);
    gmp.go(ran::countDown);
    await(ran);
    stop.set(true);
    gmp.awaitAllFinished();
  }

  /** Blocks the carrier too: a virtual thread cannot unmount in a class initializer. */
  private static void blockThread(CountDownLatch release) {
    while (release.getCount() > 0) {
      Pinned.sleep();
    }
  }

  /** Sleeps without unmounting. */
  private static final class Pinned {
    static void sleep() {
      long until = System.nanoTime() + 1_000_000;
      while (System.nanoTime() < until) {
        Thread.onSpinWait();
      }
    }
  }

  // Yielding

  @Test
  void aGoroutineThatYieldsGoesToTheEndOfTheQueue() throws Exception {
    var gmp = new GmpFixture(1, 8);
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    var done = new CountDownLatch(4);
    gmp.go(() -> {
      for (String name : List.of("b", "c", "d")) {
        gmp.go(() -> {
          order.add(name);
          done.countDown();
        });
      }
      Thread.yield();
      order.add("a");
      done.countDown();
    });
    await(done);
    assertThat(order).hasSize(4).endsWith("a");
    gmp.awaitAllFinished();
  }

  // The limit on machines

  @Test
  void theLimitIsVisibleAndDoesNotStopWhatRuns() throws Exception {
    var gmp = new GmpFixture(1, 2);
    var spinning = new CountDownLatch(2);
    for (int i = 0; i < 2; i++) {
      gmp.go(() -> {
        spinning.countDown();
        spin();
      });
    }
    await(spinning);
    var ran = new CountDownLatch(10);
    for (int i = 0; i < 10; i++) {
      gmp.go(ran::countDown);
    }
    eventually(
        "the limit is hit and counted", () -> gmp.scheduler.stats().machines().limitHits() > 0);
    assertThat(gmp.scheduler.stats().machines().alive()).isEqualTo(2);
    assertThat(ran.getCount()).isEqualTo(10);
    stop.set(true);
    await(ran);
    gmp.awaitAllFinished();
  }

  /** Two hogs held all the machines there may be; one of them is free again. */
  @Test
  void aFreeMachineTakesOverAtTheLimitToo() throws Exception {
    var gmp = new GmpFixture(1, 2);
    var stopFirst = new AtomicBoolean();
    var spinning = new CountDownLatch(2);
    gmp.go(() -> {
      spinning.countDown();
      while (!stopFirst.get()) {
        Thread.onSpinWait();
      }
    });
    gmp.go(() -> {
      spinning.countDown();
      spin();
    });
    await(spinning);
    assertThat(gmp.scheduler.stats().machines().alive()).isEqualTo(2);
    stopFirst.set(true);
    eventually("the first hog has ended", () -> gmp.scheduler.stats().goroutines().finished() == 1);
    var ran = new CountDownLatch(1);
    gmp.go(ran::countDown);
    await(ran);
    stop.set(true);
    gmp.awaitAllFinished();
  }

  /** All machines are in blocking calls. */
  @Test
  void workQueuedAtTheLimitRunsWhenAMachineComesBackWithoutAProcessor() throws Exception {
    var gmp = new GmpFixture(1, 2);
    var inside = new CountDownLatch(2);
    var release = new CountDownLatch(1);
    var resume = new AtomicBoolean();
    List<Thread> blocked = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      blocked.add(
          gmp.go(() -> {
            gmp.scheduler.enterBlocking();
            inside.countDown();
            blockThread(release);
            while (!resume.get()) {
              LockSupport.park(); // the machine is free, but has no processor
            }
            gmp.scheduler.exitBlocking();
          }));
    }
    // The counter of blocking calls would be no proof: it leaves out a goroutine that has lost its
    // processor to sysmon before its call.
    await(inside);
    var ran = new CountDownLatch(1);
    gmp.go(ran::countDown);
    assertThat(ran.getCount()).isEqualTo(1);
    assertThat(gmp.scheduler.sysmon.mayRest()).as("sysmon may rest").isFalse();
    release.countDown();
    await(ran);
    resume.set(true);
    blocked.forEach(LockSupport::unpark);
    gmp.awaitAllFinished();
  }

  /**
   * The only machine returns from the poller while another thread holds the processor in a vain
   * attempt to wake it, and parks. What is queued before it has parked wakes no machine either.
   */
  @Test
  void workQueuedAtTheLimitRunsAlthoughTheMachineParksWithoutLooking() throws Exception {
    var gmp = new GmpFixture(1, 1);
    gmp.awaitRest();
    Processor taken = gmp.scheduler.idleProcessors.take();
    assertThat(taken).isNotNull();
    var handling = new CountDownLatch(1);
    var mayPark = new CountDownLatch(1);
    gmp.netpoll.post(() -> {
      handling.countDown();
      while (mayPark.getCount() > 0) {
        Thread.onSpinWait();
      }
    });
    await(handling);
    gmp.scheduler.idleProcessors.put(taken);
    var ran = new CountDownLatch(1);
    gmp.go(ran::countDown);
    mayPark.countDown();
    await(ran);
    gmp.awaitAllFinished();
  }

  // Work conservation

  /** The waking goroutine goes on computing, so another processor runs the woken one. */
  @Test
  void whatABusyGoroutineMakesReadyRunsOnTheOtherProcessor() throws Exception {
    var gmp = new GmpFixture(2, 8);
    gmp.awaitRest();
    // Where this machine is slow, sysmon may come first, and the waker loses its processor.
    eventually(
        "the other processor steals",
        () -> {
          var done = new CountDownLatch(1);
          gmp.go(() -> {
            for (int i = 0; i < 100; i++) {
              var ran = new AtomicBoolean();
              gmp.go(() -> ran.set(true));
              while (!ran.get()) {
                Thread.onSpinWait(); // never gives up its processor
              }
            }
            done.countDown();
          });
          await(done);
          return gmp.scheduler.stats().processors().steals() > 0;
        });
    gmp.awaitAllFinished();
  }

  @Test
  void blockingCallsGiveUpTheirProcessorAtOnce() throws Exception {
    var gmp = new GmpFixture(1, 64);
    var inside = new CountDownLatch(20);
    for (int i = 0; i < 20; i++) {
      gmp.go(() -> {
        gmp.scheduler.enterBlocking();
        inside.countDown();
        while (inside.getCount() > 0) {
          Thread.onSpinWait();
        }
        gmp.scheduler.exitBlocking();
      });
    }
    await(inside);
    gmp.awaitAllFinished();
    // On a busy machine a goroutine may need a time slice to get as far as its call; then sysmon
    // was first.
    SchedulerStats stats = gmp.scheduler.stats();
    assertThat(stats.processors().blockingCalls()).isBetween(1L, 20L);
    assertThat(stats.processors().blockingCalls() + stats.processors().handoffs())
        .isGreaterThanOrEqualTo(20);
  }

  /** A hog that was slowed down gets its speed back when it comes from a blocking call. */
  @Test
  void noMachineKeepsAProcessorWithLoweredPriority() throws Exception {
    var gmp = new GmpFixture(1, 8);
    var lowered = new AtomicBoolean();
    var after = new AtomicReference<Boolean>();
    gmp.go(() -> {
      Machine machine = currentMachine();
      while (!machine.isLowered()) {
        Thread.onSpinWait();
      }
      lowered.set(true);
      gmp.scheduler.enterBlocking();
      while (!gmp.scheduler.idleProcessors.any()) {
        Thread.onSpinWait();
      }
      gmp.scheduler.exitBlocking();
      Machine now = currentMachine();
      after.set(now.isLowered() && now.ownProcessor() != null);
    });
    eventually(
        "a hog is lowered",
        () -> {
          gmp.go(() -> {}); // a goroutine that waits for its processor
          return lowered.get();
        });
    eventually("it came through the call", () -> after.get() != null);
    assertThat(after.get()).as("lowered, with a processor").isFalse();
    gmp.awaitAllFinished();
  }
}
