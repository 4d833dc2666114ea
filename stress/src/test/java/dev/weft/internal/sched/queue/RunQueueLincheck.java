package dev.weft.internal.sched.queue;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A run queue is a first-in, first-out queue, whatever producers and consumers do at once.
 *
 * <p>With one reservation: while a producer is between claiming a position and filling it, {@code
 * poll} finds nothing, also of what others completed behind it. That is no order of calls, so here
 * a consumer tries again until it has a task or {@code isEmpty} says that there is none.
 */
public class RunQueueLincheck {
  private record Task(int number) implements Runnable {
    @Override
    public void run() {}
  }

  private final RunQueue queue = new RunQueue();
  private final LatencyHistogram waits = new LatencyHistogram();

  @Operation
  public boolean offer(int number) {
    return queue.offer(new Task(number));
  }

  @Operation
  public @Nullable Integer poll() {
    while (true) {
      if (queue.poll(waits) instanceof Task task) {
        return task.number();
      }
      if (queue.isEmpty()) {
        return null;
      }
    }
  }

  @Test
  void underLoad() {
    new StressOptions().iterations(20).invocationsPerIteration(2_000).check(RunQueueLincheck.class);
  }

  @Test
  void modelChecked() {
    new ModelCheckingOptions()
        .iterations(20)
        .invocationsPerIteration(1_000)
        .check(RunQueueLincheck.class);
  }
}
