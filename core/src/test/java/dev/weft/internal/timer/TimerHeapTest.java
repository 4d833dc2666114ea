package dev.weft.internal.timer;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.ChildJvm;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimerHeapTest {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);

  private final List<Long> earlier = new ArrayList<>();
  private final TimerHeap heap = new TimerHeap(earlier::add);
  private final List<Probe> fired = new ArrayList<>();
  private final long now = System.nanoTime();

  /** A timer that says that it has fired, and what the model knows of it. */
  private final class Probe extends Timer {
    private Long time;

    Probe() {
      this(false);
    }

    Probe(boolean keepsPlace) {
      super(heap, keepsPlace);
    }

    @Override
    protected void fire() {
      fired.add(this);
    }
  }

  @Test
  void aTimeBeyondTheRangeOfTheClockNeverComes() {
    assertThat(Timer.after(1_000, 500)).isEqualTo(1_500);
    assertThat(Timer.after(-1_000, 500)).isEqualTo(-500);
    assertThat(Timer.after(1_000, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    assertThat(Timer.after(-1_000, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE - 1_000);
  }

  @Test
  void onlyTimersThatAreDueFireAndInOrderOfTime() {
    var second = new Probe();
    var later = new Probe();
    var first = new Probe();
    second.arm(now - 1);
    later.arm(now + HOUR);
    first.arm(now - 2);
    assertThat(heap.earliest()).isEqualTo(now - 2);
    assertThat(heap.runDue()).isEqualTo(2);
    assertThat(fired).containsExactly(first, second);
    assertThat(heap.earliest()).isEqualTo(now + HOUR);
    assertThat(heap.runDue()).isZero();
    assertThat(first.cancel()).isFalse();
    assertThat(later.cancel()).isTrue();
    assertThat(later.cancel()).isFalse();
    assertThat(heap.earliest()).isEqualTo(TimerHeap.NEVER);
  }

  @Test
  void aTimerThatThrowsHindersNeitherTheOthersNorTheThreadThatRunsThem() {
    var thrower =
        new Timer(heap) {
          @Override
          protected void fire() {
            throw new AssertionError("a callback's own mistake");
          }
        };
    thrower.arm(now - 2);
    var next = new Probe();
    next.arm(now - 1);
    assertThat(heap.runDue()).isEqualTo(2);
    assertThat(fired).containsExactly(next);
  }

  @Test
  void theListenerIsToldOfEveryEarlierTimeAndOfNothingElse() {
    var one = new Probe();
    var two = new Probe();
    one.arm(now + 10);
    two.arm(now + 20);
    two.arm(now + 5);
    two.armNoLaterThan(now + 7);
    two.arm(now + 30);
    one.cancel();
    assertThat(earlier).containsExactly(now + 10, now + 5);
    assertThat(heap.earliest()).isEqualTo(now + 30);
  }

  @Test
  void aTimerKeepsItsPlaceWhileItFiresAndUntilItIsCancelled() throws Exception {
    var result =
        ChildJvm.of(FullHeapTimerProgram.class)
            .with("-Xmx16m", "-XX:+UseSerialGC", "-XX:-UseTLAB")
            .run();
    assertThat(result.output()).contains("other=failed\n", "own=armed\n", "cancelled=armed\n");
  }

  /** A sleeper reads {@code earliest} after it has announced itself, so it has to be there. */
  @Test
  void theEarliestTimeIsPublishedBeforeTheListenerIsTold() {
    var seen = new ArrayList<Long>();
    var heaps = new TimerHeap[1];
    heaps[0] = new TimerHeap(when -> seen.add(heaps[0].earliest() - when));
    var timer =
        new Timer(heaps[0]) {
          @Override
          protected void fire() {}
        };
    timer.arm(now + HOUR);
    timer.arm(now + 1);
    assertThat(seen).containsExactly(0L, 0L);
  }

  @Test
  void aTimerMayArmItselfWhileItFires() {
    var times = new AtomicInteger();
    var timer =
        new Timer(heap) {
          @Override
          protected void fire() {
            if (times.incrementAndGet() < 3) {
              arm(now - HOUR);
            }
          }
        };
    timer.arm(now);
    assertThat(heap.runDue()).isEqualTo(3);
    assertThat(timer.cancel()).isFalse();
  }

  @Test
  void theFarthestTimeIsStillATime() {
    var timer = new Probe();
    timer.arm(Long.MAX_VALUE);
    assertThat(heap.earliest()).isNotEqualTo(TimerHeap.NEVER);
    assertThat(heap.runDue()).isZero();
    assertThat(timer.cancel()).isTrue();
  }

  @Test
  void aCancelledTimerIsNotHeld() throws Exception {
    var reference = new WeakReference<>(cancelled());
    eventually(
        "it is collected",
        () -> {
          System.gc();
          return reference.refersTo(null);
        });
    assertThat(heap.size()).isEqualTo(1);
  }

  private Probe cancelled() {
    var timer = new Probe();
    new Probe().arm(now + HOUR);
    timer.arm(now + 2 * HOUR);
    timer.cancel();
    return timer;
  }

  /** Thousands of timers come, move and go at random, beside a list that is simply searched. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 40, 500})
  void isAPriorityQueueWhoseElementsMove(int count) {
    var random = new SplittableRandom(count);
    List<Probe> timers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      timers.add(new Probe(i % 3 == 0));
    }
    for (int step = 0; step < 20_000; step++) {
      // Few timers are armed at one time and nearly all at another, so the array grows and shrinks.
      boolean ebb = (step / 4_000) % 2 == 1;
      Probe timer = timers.get(random.nextInt(count));
      long when = now + random.nextLong(-HOUR, HOUR);
      switch (random.nextInt(ebb ? 12 : 6)) {
        case 0, 1 -> {
          timer.arm(when);
          timer.time = when;
        }
        case 2 -> {
          timer.armNoLaterThan(when);
          timer.time = timer.time == null ? when : Math.min(timer.time, when);
        }
        case 3 -> {
          if (random.nextInt(count + 10) == 0) {
            assertDueOnesFire(timers);
          }
        }
        default -> {
          assertThat(timer.cancel()).isEqualTo(timer.time != null);
          timer.time = null;
        }
      }
      assertThat(heap.earliest()).isEqualTo(earliest(timers));
    }
    assertDueOnesFire(timers);
    assertThat(heap.size()).isEqualTo((int) timers.stream().filter(t -> t.time != null).count());
  }

  private static long earliest(List<Probe> timers) {
    long earliest = TimerHeap.NEVER;
    for (Probe timer : timers) {
      earliest = timer.time == null ? earliest : Math.min(earliest, timer.time);
    }
    return earliest;
  }

  private void assertDueOnesFire(List<Probe> timers) {
    // No timer is due between now and the end of the test, which makes this exact.
    List<Probe> due =
        timers.stream()
            .filter(timer -> timer.time != null && timer.time <= now)
            .sorted(Comparator.comparing(timer -> timer.time))
            .toList();
    fired.clear();
    assertThat(heap.runDue()).isEqualTo(due.size());
    assertThat(fired).containsExactlyElementsOf(due);
    due.forEach(timer -> timer.time = null);
  }

  @Test
  void amongThreadsEveryTimerFiresOrIsCancelled() throws Exception {
    var open = new TimerHeap(when -> {});
    var fires = new AtomicInteger();
    var cancels = new AtomicInteger();
    var over = new AtomicBoolean();
    int each = 30_000;
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      var random = new SplittableRandom(t);
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < each; i++) {
                  var timer =
                      new Timer(open) {
                        @Override
                        protected void fire() {
                          fires.incrementAndGet();
                        }
                      };
                  timer.arm(System.nanoTime() + random.nextLong(20_000));
                  if (random.nextBoolean() && timer.cancel()) {
                    cancels.incrementAndGet();
                  }
                }
              }));
    }
    Thread firing =
        Thread.ofPlatform()
            .start(() -> {
              while (!over.get()) {
                open.runDue();
              }
            });
    for (Thread thread : threads) {
      thread.join();
    }
    eventually("all have fired or were cancelled", () -> fires.get() + cancels.get() == 3 * each);
    over.set(true);
    firing.join();
    assertThat(open.size()).isZero();
    assertThat(open.earliest()).isEqualTo(TimerHeap.NEVER);
  }
}
