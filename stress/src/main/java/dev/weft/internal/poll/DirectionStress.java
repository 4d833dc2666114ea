package dev.weft.internal.poll;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** What a deadline may do while it is moved or waited for. */
public final class DirectionStress {
  private static final long DUE = 100;
  private static final long LATER = 200;

  private DirectionStress() {}

  private static int bit(boolean value) {
    return value ? 1 : 0;
  }

  /** Result: expired at the end. */
  @JCStressTest
  @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "The new deadline holds.")
  @Outcome(id = "1", expect = Expect.FORBIDDEN, desc = "The old one expired after it was replaced.")
  @State
  public static class MovedInTheLastMoment {
    private final Direction direction = new Direction();

    public MovedInTheLastMoment() {
      direction.setDeadline(DUE);
    }

    @Actor
    public void user() {
      direction.setDeadline(LATER);
    }

    @Actor
    public void timer() {
      direction.expireIfDue(DUE);
    }

    @Arbiter
    public void arbiter(I_Result r) {
      r.r1 = bit(direction.isExpired());
    }
  }

  /** The waiter's protocol against the timer's. Results: saw it, still waits at the end. */
  @JCStressTest
  @Outcome(
      id = {"0, 0", "1, 0"},
      expect = Expect.ACCEPTABLE,
      desc = "It saw the reason, or was seen.")
  @Outcome(expect = Expect.FORBIDDEN, desc = "Waits beyond the deadline.")
  @State
  public static class ExpiryMeetsWaiter {
    private final Direction direction = new Direction();
    private final Thread waiter = new Thread();

    public ExpiryMeetsWaiter() {
      direction.setDeadline(DUE);
    }

    @Actor
    public void waiter(II_Result r) {
      direction.gate.enter(waiter);
      if (direction.isExpired()) {
        direction.gate.leave(waiter);
        r.r1 = 1;
      }
    }

    @Actor
    public void timer() {
      direction.expireIfDue(DUE);
    }

    @Arbiter
    public void arbiter(II_Result r) {
      r.r2 = bit(direction.gate.isWaiting(waiter));
    }
  }

  /** Two timers fire for one deadline. Result: expired at the end. */
  @JCStressTest
  @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "Expired.")
  @Outcome(expect = Expect.FORBIDDEN, desc = "Forgotten.")
  @State
  public static class TwoTimers {
    private final Direction direction = new Direction();

    public TwoTimers() {
      direction.setDeadline(DUE);
    }

    @Actor
    public void one() {
      direction.expireIfDue(DUE);
    }

    @Actor
    public void two() {
      direction.expireIfDue(LATER);
    }

    @Arbiter
    public void arbiter(I_Result r) {
      r.r1 = bit(direction.isExpired());
    }
  }
}
