package dev.weft.internal.sched;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** What two threads may see of an idle processor's attendant. */
public final class AttendantStress {
  private AttendantStress() {}

  private static Processor idle() {
    return new Processor(0, when -> {});
  }

  private static Processor attended() {
    Processor processor = idle();
    processor.waitOn(Machines.of(1));
    return processor;
  }

  @JCStressTest
  @Outcome(
      id = {"1, 0", "0, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "It comes back by itself, or is claimed.")
  @State
  public static class ComingBackOrClaimed {
    private final Processor processor = attended();

    @Actor
    public void machine(II_Result r) {
      r.r1 = processor.reclaim(Machines.of(1)) ? 1 : 0;
    }

    @Actor
    public void claimer(II_Result r) {
      r.r2 = Machines.number(processor.claimAttendant());
    }
  }

  @JCStressTest
  @Outcome(
      id = {"1, 0", "0, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "One has the machine.")
  @State
  public static class TwoClaimers {
    private final Processor processor = attended();

    @Actor
    public void one(II_Result r) {
      r.r1 = Machines.number(processor.claimAttendant());
    }

    @Actor
    public void two(II_Result r) {
      r.r2 = Machines.number(processor.claimAttendant());
    }
  }

  /**
   * Who takes a processor wakes the attendant it finds; who begins to attend looks for an owner.
   */
  @JCStressTest
  @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "It does not begin.")
  @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "It began, and both know better.")
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "It attends, and will be roused.")
  @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "It attends, and nobody knows.")
  @State
  public static class BeginningBesideAnOwner {
    private final Processor processor = idle();

    @Actor
    public void attendant(II_Result r) {
      r.r1 = processor.waitOn(Machines.of(1)) ? 1 : 0;
    }

    @Actor
    public void owner(II_Result r) {
      processor.adopt(Machines.of(2));
      r.r2 = processor.isAttended() ? 1 : 0;
    }
  }
}
