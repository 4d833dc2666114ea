package dev.weft.internal.sched;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** What two threads may see of the poller's token. */
public final class PollTokenStress {
  private PollTokenStress() {}

  private static PollToken waitedAt() {
    var token = new PollToken();
    token.waitAs(Machines.of(1));
    return token;
  }

  @JCStressTest
  @Outcome(
      id = {"1, 0", "0, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "It comes back by itself, or is claimed.")
  @State
  public static class ComingBackOrClaimed {
    private final PollToken token = waitedAt();

    @Actor
    public void machine(II_Result r) {
      r.r1 = token.reclaim(Machines.of(1)) ? 1 : 0;
    }

    @Actor
    public void claimer(II_Result r) {
      r.r2 = Machines.number(token.claimWaiter());
    }
  }

  @JCStressTest
  @Outcome(
      id = {"1, 0", "0, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "One has the machine.")
  @State
  public static class TwoClaimers {
    private final PollToken token = waitedAt();

    @Actor
    public void one(II_Result r) {
      r.r1 = Machines.number(token.claimWaiter());
    }

    @Actor
    public void two(II_Result r) {
      r.r2 = Machines.number(token.claimWaiter());
    }
  }

  @JCStressTest
  @Outcome(
      id = {"1, 0", "0, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "One machine waits.")
  @State
  public static class TwoWaiters {
    private final PollToken token = new PollToken();

    @Actor
    public void one(II_Result r) {
      r.r1 = token.waitAs(Machines.of(1)) ? 1 : 0;
    }

    @Actor
    public void two(II_Result r) {
      r.r2 = token.waitAs(Machines.of(2)) ? 1 : 0;
    }
  }

  @JCStressTest
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "Asked, then waited.")
  @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "Waited for already.")
  @State
  public static class WaiterOutlastsBriefHolder {
    private final PollToken token = new PollToken();

    @Actor
    public void brief(II_Result r) {
      if (token.tryBrief()) {
        r.r1 = 1;
        token.release(0);
      }
    }

    @Actor
    public void waiter(II_Result r) {
      r.r2 = token.waitAs(Machines.of(1)) ? 1 : 0;
    }
  }

  /** The waiting machine knows of the new timer, or whoever armed it knows of the machine. */
  @JCStressTest
  @Outcome(
      id = {"0, 1", "1, 0", "1, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "No timer is overslept.")
  @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "The machine oversleeps the timer.")
  @State
  public static class EarlierTimer {
    private static final long WHEN = 100;

    private final PollToken token = new PollToken();
    private boolean wakes;
    private final TimerHeap heap = new TimerHeap(when -> wakes = token.waitsBeyond(when));
    private final Timer timer =
        new Timer(heap) {
          @Override
          protected void fire() {}
        };

    @Actor
    public void sleeper(II_Result r) {
      token.waitAs(Machines.of(1));
      long due = heap.earliest();
      token.waitUntil(due);
      r.r1 = due == WHEN ? 1 : 0;
    }

    @Actor
    public void armer(II_Result r) {
      timer.arm(WHEN);
      r.r2 = wakes ? 1 : 0;
    }
  }
}
