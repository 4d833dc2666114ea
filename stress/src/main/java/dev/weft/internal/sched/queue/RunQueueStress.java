package dev.weft.internal.sched.queue;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** What two threads may see of one run queue. Tasks are numbers; 0 stands for no task. */
public final class RunQueueStress {
  private RunQueueStress() {}

  /** A task that shows what was written before it was offered. */
  private static final class Task implements Runnable {
    // Plain on purpose: only the queue may make this visible.
    private int number;

    private Task(int number) {
      this.number = number;
    }

    @Override
    public void run() {}

    private static int number(@Nullable Runnable task) {
      return task == null ? 0 : ((Task) task).number;
    }
  }

  /** Fills the ring once around and empties it, so that the positions under test wrap. */
  private static RunQueue lapped() {
    var queue = new RunQueue();
    var waits = new LatencyHistogram();
    for (int i = 0; i < RunQueue.CAPACITY - 1; i++) {
      queue.offer(new Task(-1));
      queue.poll(waits);
    }
    return queue;
  }

  @JCStressTest
  @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "Taken before it was there.")
  @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "Taken, with all that was written before.")
  @State
  public static class Publication {
    private final RunQueue queue = new RunQueue();
    private final LatencyHistogram waits = new LatencyHistogram();

    @Actor
    public void producer() {
      queue.offer(new Task(1));
    }

    @Actor
    public void consumer(I_Result r) {
      r.r1 = Task.number(queue.poll(waits));
    }
  }

  @JCStressTest
  @Outcome(
      id = {"1, 2", "2, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "Both are there, in some order.")
  @State
  public static class TwoProducers {
    private final RunQueue queue = lapped();
    private final LatencyHistogram waits = new LatencyHistogram();

    @Actor
    public void one() {
      queue.offer(new Task(1));
    }

    @Actor
    public void two() {
      queue.offer(new Task(2));
    }

    @Arbiter
    public void arbiter(II_Result r) {
      r.r1 = Task.number(queue.poll(waits));
      r.r2 = Task.number(queue.poll(waits));
    }
  }

  @JCStressTest
  @Outcome(
      id = {"0, 1", "1, 0"},
      expect = Expect.ACCEPTABLE,
      desc = "One of them has it.")
  @State
  public static class TwoConsumers {
    private final RunQueue queue = lapped();
    private final LatencyHistogram waits = new LatencyHistogram();

    public TwoConsumers() {
      queue.offer(new Task(1));
    }

    @Actor
    public void one(II_Result r) {
      r.r1 = Task.number(queue.poll(waits));
    }

    @Actor
    public void two(II_Result r) {
      r.r2 = Task.number(queue.poll(waits));
    }
  }

  /**
   * Four tasks; the owner takes two while a thief steals half. The sum tells of a lost or doubled
   * one.
   */
  @JCStressTest
  @Outcome(id = "10, 0", expect = Expect.ACCEPTABLE, desc = "Every task was had once.")
  @State
  public static class OwnerAndThief {
    private final RunQueue queue = lapped();
    private final RunQueue stolen = new RunQueue();
    private final GlobalQueue overflow = new GlobalQueue();
    private final LatencyHistogram waits = new LatencyHistogram();
    private int owner;
    private int thief;

    public OwnerAndThief() {
      for (int number = 1; number <= 4; number++) {
        queue.offer(new Task(number));
      }
    }

    @Actor
    public void owner() {
      owner = Task.number(queue.poll(waits)) + Task.number(queue.poll(waits));
    }

    @Actor
    public void thief() {
      thief = Task.number(queue.stealHalf(stolen, overflow));
    }

    @Arbiter
    public void arbiter(II_Result r) {
      r.r1 = owner + thief + drain(queue) + drain(stolen);
      r.r2 = overflow.size();
    }

    private int drain(RunQueue from) {
      int sum = 0;
      for (Runnable task = from.poll(waits); task != null; task = from.poll(waits)) {
        sum += Task.number(task);
      }
      return sum;
    }
  }

  /** The Dekker pair behind "an idle machine looks once more": one of the two sees the other. */
  @JCStressTest
  @Outcome(
      id = {"0, 1", "1, 0", "1, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "No wake-up is lost.")
  @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "A task waits and all machines sleep.")
  @State
  public static class LastLook {
    private final RunQueue queue = lapped();
    private volatile boolean idle;

    @Actor
    public void producer(II_Result r) {
      queue.offer(new Task(1));
      r.r1 = idle ? 1 : 0;
    }

    @Actor
    public void sleeper(II_Result r) {
      idle = true;
      r.r2 = queue.isEmpty() ? 0 : 1;
    }
  }
}
