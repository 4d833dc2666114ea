package dev.weft.stress.context;

import dev.weft.context.CancellableContext;
import dev.weft.context.Context;
import dev.weft.context.Registration;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** What threads may see of a cancellation on real hardware. */
public final class ContextStress {
  private ContextStress() {}

  @JCStressTest
  @Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "Child and grandchild are told.")
  @State
  public static class BirthAgainstCancel {
    private final CancellableContext parent = Context.background().withCancel();
    private CancellableContext child;
    private CancellableContext grandchild;

    @Actor
    public void canceller() {
      parent.cancel();
    }

    @Actor
    public void opener() {
      child = parent.withCancel();
      grandchild = child.withCancel();
    }

    @Arbiter
    public void see(ZZ_Result r) {
      r.r1 = child.isCancelled();
      r.r2 = grandchild.isCancelled();
    }
  }

  @JCStressTest
  @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "Ran.")
  @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "Was stopped.")
  @State
  public static class StopAgainstCancel {
    private final CancellableContext context = Context.background().withCancel();
    private final AtomicInteger calls = new AtomicInteger();
    private final Registration registration = context.onCancel(calls::incrementAndGet);

    @Actor
    public void canceller() {
      context.cancel();
    }

    @Actor
    public void stopper(II_Result r) {
      r.r2 = registration.stop() ? 1 : 0;
    }

    @Arbiter
    public void see(II_Result r) {
      r.r1 = calls.get();
    }
  }

  @JCStressTest
  @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "What was written before is seen.")
  @State
  public static class Publication {
    private final CancellableContext context = Context.background().withCancel();
    // Plain on purpose: only the context may make this visible.
    private int written;

    @Actor
    public void canceller() {
      written = 1;
      context.cancel();
    }

    @Actor
    public void waiter(I_Result r) {
      try {
        context.done().receive();
        r.r1 = written;
      } catch (InterruptedException e) {
        throw new AssertionError("not interrupted here", e);
      }
    }
  }
}
