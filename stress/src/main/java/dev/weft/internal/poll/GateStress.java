package dev.weft.internal.poll;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * What may become of a signal. The waiter is a thread that is never started: whether it would park
 * is what the gate says, and a wake-up of it does nothing.
 */
public final class GateStress {
  private GateStress() {}

  private static int bit(boolean value) {
    return value ? 1 : 0;
  }

  /** Results: entered, still waits at the end, a signal is there at the end. */
  @JCStressTest
  @Outcome(
      id = {"0, 0, 1", "1, 0, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "The signal came first, or ended the wait.")
  @Outcome(expect = Expect.FORBIDDEN, desc = "The signal was lost.")
  @State
  public static class SignalMeetsEnter {
    private final Gate gate = new Gate();
    private final Thread waiter = new Thread();

    @Actor
    public void waiter(III_Result r) {
      r.r1 = bit(gate.enter(waiter));
    }

    @Actor
    public void poller() {
      gate.signal();
    }

    @Arbiter
    public void arbiter(III_Result r) {
      r.r2 = bit(gate.isWaiting(waiter));
      r.r3 = bit(gate.consume());
    }
  }

  /**
   * A whole try: consume, look into the kernel, wait if nothing is there. No thread may wait for
   * bytes that have arrived. Results: found bytes, still waits at the end.
   */
  @JCStressTest
  @Outcome(
      id = {"0, 0", "1, 0"},
      expect = Expect.ACCEPTABLE,
      desc = "Found, or to be tried again.")
  @Outcome(expect = Expect.FORBIDDEN, desc = "Waits for what is there.")
  @State
  public static class ArrivalMeetsTry {
    private final Gate gate = new Gate();
    private final Thread waiter = new Thread();
    private volatile int kernel;

    public ArrivalMeetsTry() {
      gate.signal(); // an old one: the kernel has nothing
    }

    @Actor
    public void waiter(II_Result r) {
      gate.consume();
      r.r1 = kernel;
      if (r.r1 == 0) {
        gate.enter(waiter);
      }
    }

    @Actor
    public void poller() {
      kernel = 1;
      gate.signal();
    }

    @Arbiter
    public void arbiter(II_Result r) {
      r.r2 = bit(gate.isWaiting(waiter));
    }
  }

  /**
   * The thread that consumes a signal sees what was written before it. Results: consumed it, the
   * value seen.
   */
  @JCStressTest
  @Outcome(
      id = {"0, 0", "0, 1", "1, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "No signal, no promise.")
  @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "A signal for nothing.")
  @State
  public static class SignalPublishes {
    private final Gate gate = new Gate();
    private int plain;

    @Actor
    public void poller() {
      plain = 1;
      gate.signal();
    }

    @Actor
    public void waiter(II_Result r) {
      r.r1 = bit(gate.consume());
      r.r2 = plain;
    }
  }

  /** Evicted, interrupted and signalled at once. Results: still waits, a signal is there. */
  @JCStressTest
  @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "Sent away, and the signal stays.")
  @Outcome(expect = Expect.FORBIDDEN, desc = "Left waiting, or the signal was lost.")
  @State
  public static class SignalMeetsEvictionAndLeaving {
    private final Gate gate = new Gate();
    private final Thread waiter = new Thread();

    public SignalMeetsEvictionAndLeaving() {
      gate.enter(waiter);
    }

    @Actor
    public void waiter() {
      gate.leave(waiter);
    }

    @Actor
    public void poller() {
      gate.signal();
    }

    @Actor
    public void closer() {
      gate.evict();
    }

    @Arbiter
    public void arbiter(II_Result r) {
      r.r1 = bit(gate.isWaiting(waiter));
      r.r2 = bit(gate.consume());
    }
  }

  /** Two signals may be consumed as one. Results: consumed meanwhile, consumed afterwards. */
  @JCStressTest
  @Outcome(
      id = {"0, 1", "1, 0", "1, 1"},
      expect = Expect.ACCEPTABLE,
      desc = "At least one was consumed.")
  @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "Both were lost.")
  @State
  public static class TwoSignals {
    private final Gate gate = new Gate();

    @Actor
    public void poller() {
      gate.signal();
    }

    @Actor
    public void closer() {
      gate.signal();
    }

    @Actor
    public void waiter(II_Result r) {
      r.r1 = bit(gate.consume());
    }

    @Arbiter
    public void arbiter(II_Result r) {
      r.r2 = bit(gate.consume());
    }
  }
}
