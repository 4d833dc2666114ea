package dev.weft.internal.sched;

import static dev.weft.internal.sched.Machines.number;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** What two threads may see of the stack of idle machines. Machines are numbers. */
public final class IdleMachinesStress {
  private IdleMachinesStress() {}

  @JCStressTest
  @Outcome(
      id = {"1, 0", "0, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "It is woken, or it leaves.")
  @State
  public static class WokenOrLeaving {
    private final IdleMachines idle = new IdleMachines();
    private final IdleMachines.Ticket ticket = idle.push(Machines.of(1));

    @Actor
    public void waker(II_Result r) {
      r.r1 = number(idle.pop());
    }

    @Actor
    public void leaver(II_Result r) {
      r.r2 = ticket.claim() ? 1 : 0;
    }
  }

  @JCStressTest
  @Outcome(
      id = {"1, 2", "2, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "Each wakes another one.")
  @State
  public static class TwoWakers {
    private final IdleMachines idle = new IdleMachines();

    public TwoWakers() {
      idle.push(Machines.of(1));
      idle.push(Machines.of(2));
    }

    @Actor
    public void one(II_Result r) {
      r.r1 = number(idle.pop());
    }

    @Actor
    public void two(II_Result r) {
      r.r2 = number(idle.pop());
    }
  }

  @JCStressTest
  @Outcome(
      id = {"1, 2", "2, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "One is woken, the other stays.")
  @State
  public static class PushBesidePop {
    private final IdleMachines idle = new IdleMachines();
    private int woken;

    public PushBesidePop() {
      idle.push(Machines.of(1));
    }

    @Actor
    public void push() {
      idle.push(Machines.of(2));
    }

    @Actor
    public void pop() {
      woken = number(idle.pop());
    }

    @Arbiter
    public void arbiter(II_Result r) {
      r.r1 = woken;
      r.r2 = number(idle.pop());
    }
  }

  /** One leaves from the middle while the one above it and itself may be popped. */
  @JCStressTest
  @Outcome(id = "6", expect = Expect.ACCEPTABLE, desc = "Every machine was had once.")
  @State
  public static class LeavingFromTheMiddle {
    private final IdleMachines idle = new IdleMachines();
    private final IdleMachines.Ticket middle;
    private int left;
    private int woken;

    public LeavingFromTheMiddle() {
      idle.push(Machines.of(1));
      middle = idle.push(Machines.of(2));
      idle.push(Machines.of(3));
    }

    @Actor
    public void leaver() {
      left = middle.claim() ? 2 : 0;
    }

    @Actor
    public void waker() {
      woken = number(idle.pop()) + number(idle.pop());
    }

    @Arbiter
    public void arbiter(I_Result r) {
      r.r1 = left + woken + number(idle.pop()) + number(idle.pop());
    }
  }
}
