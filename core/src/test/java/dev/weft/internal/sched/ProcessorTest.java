package dev.weft.internal.sched;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.sched.queue.GlobalQueue;
import dev.weft.internal.sched.queue.LatencyHistogram;
import dev.weft.internal.sched.queue.RunQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProcessorTest {
  private final Processor processor = Machines.processor(0);
  private final GlobalQueue global = new GlobalQueue();
  private final LatencyHistogram waits = new LatencyHistogram();

  private record Task(int number) implements Runnable {
    @Override
    public void run() {}
  }

  private int take() {
    return processor.take(waits, global) instanceof Task task ? task.number : -1;
  }

  // Ownership

  @Test
  void onlyTheOwnersProcessorCanBeReleasedAndOnlyOnce() {
    Machine owner = Machines.machine();
    Machine other = Machines.machine();
    processor.adopt(owner);
    assertThat(processor.owner()).isSameAs(owner);
    assertThat(processor.release(other)).isFalse();
    assertThat(processor.isOwnedBy(owner)).isTrue();
    assertThat(processor.release(owner)).isTrue();
    assertThat(processor.release(owner)).isFalse();
    assertThat(processor.owner()).isNull();
    assertThat(processor.isOwnedBy(owner)).isFalse();
  }

  // The order of tasks

  @Test
  void theTaskWokenLastRunsFirstAndDisplacesTheOneBeforeToTheEnd() {
    processor.readyLast(new Task(1), global);
    processor.readyNext(new Task(2), global);
    processor.readyNext(new Task(3), global);
    assertThat(processor.hasWork()).isTrue();
    assertThat(IntStream.generate(this::take).limit(4)).containsExactly(3, 1, 2, -1);
    assertThat(processor.hasWork()).isFalse();
  }

  @Test
  void aPairThatKeepsWakingEachOtherDoesNotStarveTheQueue() {
    processor.readyLast(new Task(0), global);
    int rounds = 0;
    do {
      processor.readyNext(new Task(1), global);
      rounds++;
    } while (take() == 1 && rounds < 100);
    assertThat(rounds).isEqualTo(17);
    // The next of that moment waits its turn, and may come first again afterwards.
    assertThat(take()).isEqualTo(1);
    assertThat(take()).isEqualTo(-1);
  }

  @Test
  void withoutAQueueThePairGoesOn() {
    for (int i = 0; i < 100; i++) {
      processor.readyNext(new Task(i), global);
      assertThat(take()).isEqualTo(i);
    }
  }

  @Test
  void whatTheRingDoesNotTakeGoesToTheGlobalQueueInOrder() {
    for (int i = 0; i < RunQueue.CAPACITY + 2; i++) {
      processor.readyLast(new Task(i), global);
    }
    assertThat(global.poll()).isEqualTo(new Task(RunQueue.CAPACITY));
    assertThat(global.poll()).isEqualTo(new Task(RunQueue.CAPACITY + 1));
    assertThat(global.isEmpty()).isTrue();
  }

  // Others

  @Test
  void aThiefTakesTheNextOnlyIfItIsStillTheOneItSaw() {
    var seen = new Task(1);
    processor.readyNext(seen, global);
    assertThat(processor.peekNext()).isSameAs(seen);
    processor.readyNext(new Task(2), global);
    assertThat(processor.stealNext(seen)).isFalse();
    assertThat(processor.stealNext(processor.peekNext())).isTrue();
    assertThat(processor.peekNext()).isNull();
    assertThat(take()).isEqualTo(1);
  }

  @Test
  void drainingLeavesNothing() {
    for (int i = 1; i <= 100; i++) {
      processor.readyLast(new Task(i), global);
    }
    processor.readyNext(new Task(0), global);
    processor.drainTo(global);
    assertThat(processor.hasWork()).isFalse();
    List<Runnable> drained = new ArrayList<>();
    for (Runnable task; (task = global.poll()) != null; ) {
      drained.add(task);
    }
    assertThat(drained)
        .containsExactlyElementsOf(IntStream.rangeClosed(0, 100).mapToObj(Task::new).toList());
  }
}
