package dev.weft.internal.net.wait;

import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.sched.Clock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Parks a thread until another one has made a condition true and unparked it. */
public final class Parking {
  /** The results of a wait. */
  public enum Outcome {
    DONE,
    TIMED_OUT,
    CANCELLED,
    /** The thread stays interrupted. */
    INTERRUPTED
  }

  private Parking() {}

  /**
   * Parks until {@code done}. The other thread makes it true first and unparks this one afterwards,
   * so no announcement is missed.
   *
   * @param deadline on {@link System#nanoTime}'s scale, or {@link Deadlines#NONE}
   */
  public static Outcome await(
      Object blocker, BooleanSupplier done, long deadline, @Nullable CancelSignal cancelSignal) {
    Thread me = Thread.currentThread();
    CancelSignal.Registration registration =
        cancelSignal == null ? null : cancelSignal.onCancel(() -> LockSupport.unpark(me));
    try {
      while (!done.getAsBoolean()) {
        if (cancelSignal != null && cancelSignal.isCancelled()) {
          return Outcome.CANCELLED;
        }
        if (me.isInterrupted()) {
          return Outcome.INTERRUPTED;
        }
        if (deadline == Deadlines.NONE) {
          LockSupport.park(blocker);
        } else {
          long left = deadline - Clock.nanoTime();
          if (left <= 0) {
            return Outcome.TIMED_OUT;
          }
          Clock.parkNanos(blocker, left);
        }
      }
      return Outcome.DONE;
    } finally {
      if (registration != null) {
        registration.stop();
      }
    }
  }
}
