package dev.weft.internal.sched;

import static dev.weft.internal.sched.GmpFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.sched.queue.RunQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goroutines that are always ready, on one processor, and how evenly they run. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FairnessTest {
  /** More than the run queue holds, so that most wait in the global queue. */
  private static final int GROUPS = 4 * RunQueue.CAPACITY;

  private static final int ROUNDS = 400;

  private final GmpFixture gmp = new GmpFixture(1, 4);
  private final AtomicIntegerArray rounds = new AtomicIntegerArray(GROUPS);
  private volatile boolean begun;
  private volatile boolean over;

  @Test
  void aLocalQueueThatNeverEmptiesDoesNotStarveTheGlobalOne() throws Exception {
    int count = 300;
    var left = new CountDownLatch(count);
    var switches = new AtomicInteger();
    var switchesAtEnd = new AtomicInteger();
    for (int i = 0; i < 2; i++) {
      gmp.go(() -> {
        while (left.getCount() > 0) {
          switches.incrementAndGet();
          Thread.yield();
        }
      });
    }
    for (int i = 0; i < count; i++) {
      gmp.scheduler.execute(() -> {
        switchesAtEnd.set(switches.get());
        left.countDown();
      });
    }
    int switchesAtStart = switches.get();
    await(left);
    // A task for every 61 switches would be 18,300.
    assertThat(switchesAtEnd.get() - switchesAtStart).isLessThan(20 * count);
    gmp.awaitAllFinished();
  }

  @Test
  void goroutinesThatYieldTakeTurns() throws Exception {
    for (int i = 0; i < GROUPS; i++) {
      int group = i;
      gmp.go(() -> {
        while (!begun) {
          Thread.yield();
        }
        while (count(group)) {
          Thread.yield();
        }
      });
    }
    awaitRounds();
  }

  @Test
  void pairsThatWakeEachOtherTakeTurns() throws Exception {
    for (int i = 0; i < GROUPS; i++) {
      int group = i;
      var pair = new Thread[2];
      for (int j = 0; j < 2; j++) {
        int other = 1 - j;
        pair[j] =
            gmp.scheduler.newGoroutine(() -> {
              while (!begun) {
                Thread.yield();
              }
              while (count(group)) {
                LockSupport.unpark(pair[other]);
                LockSupport.park();
              }
              LockSupport.unpark(pair[other]);
            });
      }
      pair[0].start();
      pair[1].start();
    }
    awaitRounds();
  }

  /**
   * Otherwise their number grows: of a tree that hands results upwards, most would have a stack.
   */
  @Test
  void aGoroutineThatWasWokenRunsNextHoweverManyAreReady() throws Exception {
    int wakes = 100_000;
    var slices = new AtomicInteger();
    var woken = new AtomicInteger();
    var ranNext = new AtomicInteger();
    for (int i = 0; i < GROUPS; i++) {
      var wokenAt = new AtomicInteger();
      Thread sleeper =
          gmp.go(() -> {
            while (true) {
              LockSupport.park();
              if (over) {
                return;
              }
              if (slices.getAndIncrement() == wokenAt.get()) {
                ranNext.incrementAndGet();
              }
            }
          });
      gmp.go(() -> {
        while (!begun) {
          Thread.yield();
        }
        while (woken.getAndIncrement() < wakes) {
          wokenAt.set(slices.incrementAndGet());
          LockSupport.unpark(sleeper);
          Thread.yield();
        }
        over = true;
        LockSupport.unpark(sleeper);
      });
    }
    begun = true;
    gmp.awaitAllFinished();
    assertThat(ranNext.get()).as("of %s", wakes).isGreaterThan(wakes / 10 * 9);
  }

  /** Each first wakes two, one of which goes to the place in the ring that the first has left. */
  @Test
  void groupsThatTakeTheirPlacesInTheRingAgainTakeTurnsWithOthers() throws Exception {
    List<Thread> first = new ArrayList<>();
    for (int i = 0; i < GROUPS; i++) {
      int group = i;
      var trio = new Thread[3];
      trio[0] =
          gmp.scheduler.newGoroutine(() -> {
            while (!begun) {
              Thread.yield();
            }
            while (count(group)) {
              LockSupport.unpark(trio[1]);
              LockSupport.unpark(trio[2]);
              LockSupport.park();
            }
            LockSupport.unpark(trio[1]);
            LockSupport.unpark(trio[2]);
          });
      trio[1] =
          gmp.go(() -> {
            while (!over) {
              LockSupport.park();
              LockSupport.unpark(trio[0]);
            }
          });
      trio[2] =
          gmp.go(() -> {
            while (!over) {
              LockSupport.park();
            }
          });
      first.add(trio[0]);
    }
    first.forEach(Thread::start);
    awaitRounds();
  }

  private boolean count(int group) {
    if (rounds.incrementAndGet(group) >= ROUNDS) {
      over = true;
    }
    return !over;
  }

  private void awaitRounds() throws Exception {
    begun = true;
    gmp.awaitAllFinished();
    int fewest = IntStream.range(0, GROUPS).map(rounds::get).min().orElseThrow();
    assertThat(fewest)
        .as("rounds of the group that ran least, when another has %s", ROUNDS)
        .isGreaterThan(ROUNDS / 20);
  }
}
