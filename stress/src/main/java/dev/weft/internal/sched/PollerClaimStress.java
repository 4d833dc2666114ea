package dev.weft.internal.sched;

import dev.weft.internal.sched.netpoll.Netpoll;
import dev.weft.internal.sched.netpoll.ProcessorPoller;
import dev.weft.internal.timer.Timer;
import dev.weft.internal.timer.TimerHeap;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** What two threads may see of a poller's claim. */
public final class PollerClaimStress {
  private PollerClaimStress() {}

  private static PollerClaim claim(boolean shared) {
    return new PollerClaim(new RecordingPoller(shared));
  }

  private static PollerClaim waitedIn() {
    PollerClaim claim = claim(true);
    claim.tryWait(Machines.of(1));
    return claim;
  }

  private static int number(boolean is) {
    return is ? 1 : 0;
  }

  @JCStressTest
  @Outcome(
      id = {"1, 0", "0, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "It reclaims itself, or is claimed.")
  @State
  public static class ReclaimedOrClaimed {
    private final PollerClaim claim = waitedIn();

    @Actor
    public void machine(II_Result r) {
      r.r1 = number(claim.reclaim(Machines.of(1)));
    }

    @Actor
    public void claimer(II_Result r) {
      r.r2 = Machines.number(claim.claim());
    }
  }

  @JCStressTest
  @Outcome(
      id = {"1, 0", "0, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "One has the machine.")
  @State
  public static class TwoClaimers {
    private final PollerClaim claim = waitedIn();

    @Actor
    public void one(II_Result r) {
      r.r1 = Machines.number(claim.claim());
    }

    @Actor
    public void two(II_Result r) {
      r.r2 = Machines.number(claim.claim());
    }
  }

  @JCStressTest
  @Outcome(
      id = {"1, 0", "0, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "One machine waits.")
  @State
  public static class TwoWaiters {
    private final PollerClaim claim = claim(true);

    @Actor
    public void one(II_Result r) {
      r.r1 = number(claim.tryWait(Machines.of(1)));
    }

    @Actor
    public void two(II_Result r) {
      r.r2 = number(claim.tryWait(Machines.of(2)));
    }
  }

  @JCStressTest
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "Polled, then waited in.")
  @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "Waited in already.")
  @State
  public static class WaiterOutlastsPoll {
    private final PollerClaim claim = claim(true);

    @Actor
    public void poll(II_Result r) {
      if (claim.tryPoll()) {
        r.r1 = 1;
        claim.endPoll();
      }
    }

    @Actor
    public void waiter(II_Result r) {
      r.r2 = number(claim.tryWait(Machines.of(1)));
    }
  }

  /** One machine gets the processor while another begins to wait for its events. */
  @JCStressTest
  @Outcome(id = "0, 0, 1", expect = Expect.ACCEPTABLE, desc = "It does not wait.")
  @Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "It waits, and is dismissed.")
  @Outcome(id = "1, 0, 1", expect = Expect.FORBIDDEN, desc = "It waits, and is not told.")
  @State
  public static class WaiterBesideANewOwner {
    private final RecordingPoller poller = new RecordingPoller(false);
    private final PollerClaim claim = new PollerClaim(poller);

    @Actor
    public void waiter(III_Result r) {
      r.r1 = number(claim.tryWait(Machines.of(1)));
    }

    @Actor
    public void owner(III_Result r) {
      claim.adopt(Machines.of(2));
    }

    @Arbiter
    public void after(III_Result r) {
      r.r2 = number(poller.woken);
      r.r3 = number(poller.isHeld());
    }
  }

  /** The last machine leaves a poller while another gets its processor. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "It is held, and the poller knows.")
  @State
  public static class LeaverBesideANewOwner {
    private final RecordingPoller poller = new RecordingPoller(false);
    private final PollerClaim claim = new PollerClaim(poller);

    {
      claim.adopt(Machines.of(1));
    }

    @Actor
    public void leaver() {
      claim.leave(Machines.of(1));
    }

    @Actor
    public void owner() {
      claim.adopt(Machines.of(2));
    }

    @Arbiter
    public void after(II_Result r) {
      r.r1 = number(claim.isHeldBy(Machines.of(2)));
      r.r2 = number(poller.isHeld());
    }
  }

  /** A busy machine's poller is released while an idle one would wait in it. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "It waits, and the poller knows.")
  @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "It came too early.")
  @State
  public static class WaiterBesideAVacatedPoller {
    private final RecordingPoller poller = new RecordingPoller(false);
    private final PollerClaim claim = new PollerClaim(poller);

    {
      claim.adopt(Machines.of(2));
    }

    @Actor
    public void waiter(II_Result r) {
      r.r1 = number(claim.tryWait(Machines.of(1)));
    }

    @Actor
    public void vacate() {
      claim.vacate();
    }

    @Arbiter
    public void after(II_Result r) {
      r.r2 = number(poller.isHeld());
    }
  }

  /** The watching machine knows of the new timer, or is woken. */
  @JCStressTest
  @Outcome(
      id = {"0, 1", "1, 0", "1, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "No timer is overslept.")
  @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "The machine oversleeps the timer.")
  @State
  public static class EarlierTimer {
    private static final long WHEN = 100;

    private final RecordingPoller poller = new RecordingPoller(true);
    private final PollerSet pollers =
        new PollerSet(
            new Netpoll() {
              @Override
              public String name() {
                return "recording";
              }

              @Override
              public ProcessorPoller poller(int processor) {
                return poller;
              }

              @Override
              public void close() {}
            },
            1);
    private final TimerHeap heap = new TimerHeap(pollers::earlierTimer);
    private final Timer timer =
        new Timer(heap) {
          @Override
          protected void fire() {}
        };

    @Actor
    public void sleeper(II_Result r) {
      PollerClaim claim = pollers.of(0);
      claim.tryWait(Machines.of(1));
      pollers.tryWatch(claim);
      long due = heap.earliest();
      pollers.watchUntil(due);
      r.r1 = number(due == WHEN);
    }

    @Actor
    public void armer() {
      timer.arm(WHEN);
    }

    @Arbiter
    public void after(II_Result r) {
      r.r2 = number(poller.woken);
    }
  }
}
