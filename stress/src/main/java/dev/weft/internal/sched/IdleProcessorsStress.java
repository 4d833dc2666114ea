package dev.weft.internal.sched;

import static dev.weft.internal.sched.Machines.PROCESSORS;

import dev.weft.internal.sched.queue.RunQueue;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** What two threads may see of the set of idle processors. */
public final class IdleProcessorsStress {
  private IdleProcessorsStress() {}

  @JCStressTest
  @Outcome(
      id = {"1, 0", "0, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "One of them holds it.")
  @State
  public static class TwoTakers {
    private final IdleProcessors idle = new IdleProcessors(PROCESSORS);

    public TwoTakers() {
      idle.put(PROCESSORS[1]);
    }

    @Actor
    public void any(II_Result r) {
      r.r1 = idle.take() == PROCESSORS[1] ? 1 : 0;
    }

    @Actor
    public void thisOne(II_Result r) {
      r.r2 = idle.take(PROCESSORS[1]) ? 1 : 0;
    }
  }

  @JCStressTest
  @Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "Both are there.")
  @State
  public static class TwoPuts {
    private final IdleProcessors idle = new IdleProcessors(PROCESSORS);

    @Actor
    public void one() {
      idle.put(PROCESSORS[0]);
    }

    @Actor
    public void two() {
      idle.put(PROCESSORS[1]);
    }

    @Arbiter
    public void arbiter(I_Result r) {
      r.r1 = idle.count();
    }
  }

  @JCStressTest
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "One is taken, the other is left.")
  @State
  public static class PutBesideTake {
    private final IdleProcessors idle = new IdleProcessors(PROCESSORS);
    private Processor taken;

    public PutBesideTake() {
      idle.put(PROCESSORS[1]);
    }

    @Actor
    public void put() {
      idle.put(PROCESSORS[0]);
    }

    @Actor
    public void take() {
      taken = idle.take();
    }

    @Arbiter
    public void arbiter(II_Result r) {
      Processor left = idle.take();
      r.r1 = taken != null && taken != left ? 1 : 0;
      r.r2 = left != null && idle.take() == null ? 1 : 0;
    }
  }

  /**
   * A thread that queues a task looks for idle processors; a machine that goes idle looks for
   * tasks.
   */
  @JCStressTest
  @Outcome(
      id = {"0, 1", "1, 0", "1, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "No wake-up is lost.")
  @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "A task waits and all machines sleep.")
  @State
  public static class LastLook {
    private final RunQueue queue = new RunQueue();
    private final IdleProcessors idle = new IdleProcessors(PROCESSORS);

    @Actor
    public void producer(II_Result r) {
      queue.offer(() -> {});
      r.r1 = idle.any() ? 1 : 0;
    }

    @Actor
    public void sleeper(II_Result r) {
      idle.put(PROCESSORS[0]);
      r.r2 = queue.isEmpty() ? 0 : 1;
    }
  }
}
