package dev.weft.internal.poll;

import dev.weft.internal.sched.StillTimers;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Real waits, with real parking, against what ends them. A lost wake-up is a wait without end,
 * which jcstress reports as a test that does not finish.
 */
public final class PollDescStress {
  private PollDescStress() {}

  @JCStressTest
  @Outcome(id = "SIGNALLED", expect = Expect.ACCEPTABLE, desc = "Told.")
  @State
  public static class Signal {
    private final PollDesc desc = new PollDesc(StillTimers.heap());

    @Actor
    public void waiter(L_Result r) {
      r.r1 = desc.await(desc.read, null);
    }

    @Actor
    public void poller() {
      desc.signalRead();
    }
  }

  @JCStressTest
  @Outcome(id = "CLOSED", expect = Expect.ACCEPTABLE, desc = "Sent away.")
  @State
  public static class Close {
    private final PollDesc desc = new PollDesc(StillTimers.heap());

    @Actor
    public void waiter(L_Result r) {
      r.r1 = desc.await(desc.read, null);
    }

    @Actor
    public void closer() {
      desc.close();
    }
  }

  @JCStressTest
  @Outcome(id = "TIMED_OUT", expect = Expect.ACCEPTABLE, desc = "Sent away.")
  @State
  public static class DeadlineInThePast {
    private final PollDesc desc = new PollDesc(StillTimers.heap());

    @Actor
    public void waiter(L_Result r) {
      r.r1 = desc.await(desc.read, null);
    }

    @Actor
    public void setter() {
      desc.setDeadline(desc.read, System.nanoTime());
    }
  }

  @JCStressTest
  @Outcome(id = "TIMED_OUT", expect = Expect.ACCEPTABLE, desc = "Sent away.")
  @State
  public static class DeadlineExpires {
    private final PollDesc desc = new PollDesc(StillTimers.heap());

    public DeadlineExpires() {
      desc.read.setDeadline(1);
    }

    @Actor
    public void waiter(L_Result r) {
      r.r1 = desc.await(desc.read, null);
    }

    @Actor
    public void timer() {
      desc.read.expireIfDue(1);
    }
  }

  /** A signal stays, whatever else ended the wait. Results: the outcome, the signal. */
  @JCStressTest
  @Outcome(
      id = {"SIGNALLED, true", "CLOSED, true"},
      expect = Expect.ACCEPTABLE,
      desc = "Either, and the signal is there.")
  @Outcome(expect = Expect.FORBIDDEN, desc = "The signal was lost.")
  @State
  public static class SignalMeetsClose {
    private final PollDesc desc = new PollDesc(StillTimers.heap());

    @Actor
    public void waiter(LL_Result r) {
      r.r1 = desc.await(desc.read, null);
    }

    @Actor
    public void poller() {
      desc.signalRead();
    }

    @Actor
    public void closer() {
      desc.close();
    }

    @Arbiter
    public void arbiter(LL_Result r) {
      r.r2 = desc.consumeRead();
    }
  }

  /** After a time-out nothing that came is forgotten. Results: the outcome, the signal. */
  @JCStressTest
  @Outcome(
      id = {"SIGNALLED, true", "TIMED_OUT, true"},
      expect = Expect.ACCEPTABLE,
      desc = "Either, and the signal is there.")
  @Outcome(expect = Expect.FORBIDDEN, desc = "The signal was lost.")
  @State
  public static class SignalMeetsDeadline {
    private final PollDesc desc = new PollDesc(StillTimers.heap());

    @Actor
    public void waiter(LL_Result r) {
      r.r1 = desc.await(desc.read, null);
    }

    @Actor
    public void poller() {
      desc.signalRead();
    }

    @Actor
    public void setter() {
      desc.setDeadline(desc.read, System.nanoTime());
    }

    @Arbiter
    public void arbiter(LL_Result r) {
      r.r2 = desc.consumeRead();
    }
  }

  /** A caller's own reason, published before it evicts. */
  @JCStressTest
  @Outcome(id = "CANCELLED", expect = Expect.ACCEPTABLE, desc = "Sent away.")
  @State
  public static class AbortComes {
    private final PollDesc desc = new PollDesc(StillTimers.heap());
    private final OneCancelSignal cancelSignal = new OneCancelSignal();

    @Actor
    public void waiter(L_Result r) {
      r.r1 = desc.await(desc.read, cancelSignal);
    }

    @Actor
    public void canceller() {
      cancelSignal.cancelSignal();
    }
  }
}
