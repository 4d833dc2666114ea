package dev.weft.internal.sched.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunQueueTest {
  private final LatencyHistogram waits = new LatencyHistogram();
  private final GlobalQueue overflow = new GlobalQueue();

  private record Task(int number) implements Runnable {
    @Override
    public void run() {}
  }

  private static RunQueue of(int count) {
    var queue = new RunQueue();
    for (int i = 0; i < count; i++) {
      assertThat(queue.offer(new Task(i))).isTrue();
    }
    return queue;
  }

  /** A queue through which {@code position} tasks have gone already, counted as ints count. */
  private static RunQueue at(int position) throws Exception {
    var queue = new RunQueue();
    field("head").setInt(queue, position);
    field("tail").setInt(queue, position);
    int[] turns = (int[]) field("turns").get(queue);
    for (int i = 0; i < RunQueue.CAPACITY; i++) {
      turns[(position + i) & (RunQueue.CAPACITY - 1)] = position + i;
    }
    return queue;
  }

  private static Field field(String name) throws Exception {
    Field field = RunQueue.class.getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }

  private List<Integer> drain(RunQueue queue) {
    List<Integer> numbers = new ArrayList<>();
    while (queue.poll(waits) instanceof Task task) {
      numbers.add(task.number);
    }
    return numbers;
  }

  private List<Integer> drainOverflow() {
    List<Integer> numbers = new ArrayList<>();
    while (overflow.poll() instanceof Task task) {
      numbers.add(task.number);
    }
    return numbers;
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  @Test
  void aFullRingTakesNoMoreUntilOneIsTaken() {
    RunQueue queue = of(RunQueue.CAPACITY);
    assertThat(queue.size()).isEqualTo(RunQueue.CAPACITY);
    assertThat(queue.offer(new Task(-1))).isFalse();
    queue.poll(waits);
    assertThat(queue.offer(new Task(256))).isTrue();
    assertThat(queue.offer(new Task(-1))).isFalse();
    assertThat(drain(queue)).isEqualTo(range(1, 257));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 255, 256})
  void aThiefTakesTheOlderHalfRoundedUp(int count) {
    RunQueue queue = of(count);
    var thief = new RunQueue();
    int half = (count + 1) / 2;
    assertThat(queue.stealHalf(thief, overflow)).isEqualTo(new Task(0));
    assertThat(drain(thief)).isEqualTo(range(1, half));
    assertThat(drain(queue)).isEqualTo(range(half, count));
    assertThat(overflow.isEmpty()).isTrue();
  }

  @Test
  void thereIsNothingToStealFromAnEmptyQueue() {
    assertThat(of(0).stealHalf(new RunQueue(), overflow)).isNull();
  }

  @Test
  void whatTheThiefsRingDoesNotTakeOverflows() {
    RunQueue thief = of(RunQueue.CAPACITY - 2);
    assertThat(of(20).stealHalf(thief, overflow)).isEqualTo(new Task(0));
    assertThat(thief.size()).isEqualTo(RunQueue.CAPACITY);
    assertThat(drain(thief)).endsWith(1, 2).hasSize(RunQueue.CAPACITY);
    assertThat(drainOverflow()).isEqualTo(range(3, 10));
  }

  @Test
  void everySixtyFourthWaitIsMeasured() {
    drain(of(RunQueue.CAPACITY));
    long[] counts = new long[LatencyHistogram.BUCKETS];
    waits.addTo(counts);
    assertThat(IntStream.range(0, counts.length).mapToLong(i -> counts[i]).sum()).isEqualTo(4);
  }

  @Test
  void aTakenTaskIsNotHeld() throws Exception {
    RunQueue queue = of(10);
    queue.stealHalf(new RunQueue(), overflow);
    drain(queue);
    assertThat((Runnable[]) field("slots").get(queue)).containsOnlyNulls();
  }

  /** Also where positions turn negative, and where they come back to zero. */
  @ParameterizedTest
  @ValueSource(ints = {0, Integer.MAX_VALUE - 300, -300})
  void isAQueueWithABatchTake(int position) throws Exception {
    RunQueue queue = at(position);
    RunQueue thief = at(position - 100);
    Deque<Integer> model = new ArrayDeque<>();
    Deque<Integer> stolen = new ArrayDeque<>();
    var random = new SplittableRandom(position);
    int made = 0;
    for (int i = 0; i < 100_000; i++) {
      // Now more come and now more go, so that the ring is full and empty in turn.
      boolean flood = (i / 2_000) % 2 == 0;
      switch (random.nextInt(flood ? 12 : 6)) {
        case 0, 1, 2 -> assertThat(number(queue.poll(waits))).isEqualTo(model.poll());
        case 3 -> {
          int half = (model.size() + 1) / 2;
          assertThat(number(queue.stealHalf(thief, overflow))).isEqualTo(model.poll());
          for (int n = 1; n < half; n++) {
            stolen.add(model.remove());
          }
          assertThat(drain(thief)).containsExactlyElementsOf(stolen);
          stolen.clear();
        }
        default -> {
          assertThat(queue.offer(new Task(made))).isEqualTo(model.size() < RunQueue.CAPACITY);
          if (model.size() < RunQueue.CAPACITY) {
            model.add(made);
          }
          made++;
        }
      }
      assertThat(queue.size()).isEqualTo(model.size());
      assertThat(queue.isEmpty()).isEqualTo(model.isEmpty());
    }
    assertThat(overflow.isEmpty()).isTrue();
  }

  private static Integer number(Runnable task) {
    return task == null ? null : ((Task) task).number;
  }

  /** Two producers, the owner and a thief: every task is had once. */
  @ParameterizedTest
  @ValueSource(ints = {0, Integer.MAX_VALUE - 10_000})
  void amongThreadsNoTaskIsLostOrTakenTwice(int position) throws Exception {
    int each = 100_000;
    RunQueue queue = at(position);
    var had = new AtomicIntegerArray(2 * each);
    var left = new AtomicInteger(2 * each);
    List<Thread> threads = new ArrayList<>();
    for (int p = 0; p < 2; p++) {
      int first = p * each;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < each; i++) {
                  while (!queue.offer(new Task(first + i))) {
                    Thread.yield();
                  }
                }
              }));
    }
    threads.add(
        Thread.ofPlatform()
            .start(() -> {
              while (left.get() > 0) {
                count(queue.poll(new LatencyHistogram()), had, left);
              }
            }));
    threads.add(
        Thread.ofPlatform()
            .start(() -> {
              var own = new RunQueue();
              var ownWaits = new LatencyHistogram();
              while (left.get() > 0) {
                count(queue.stealHalf(own, overflow), had, left);
                for (Runnable task; (task = own.poll(ownWaits)) != null; ) {
                  count(task, had, left);
                }
              }
            }));
    for (Thread thread : threads) {
      thread.join();
    }
    for (int i = 0; i < had.length(); i++) {
      assertThat(had.get(i)).as("times that task %d was had", i).isEqualTo(1);
    }
    assertThat(queue.isEmpty()).isTrue();
    assertThat(overflow.isEmpty()).isTrue();
  }

  private static void count(Runnable task, AtomicIntegerArray had, AtomicInteger left) {
    if (task == null) {
      Thread.yield();
    } else {
      had.incrementAndGet(((Task) task).number);
      left.decrementAndGet();
    }
  }
}
