package dev.weft.internal.sync;

import dev.weft.internal.sys.CarrierThread;
import dev.weft.internal.sys.Jdk;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * A mutual exclusion lock for critical sections of a few dozen instructions, which a class
 * inherits.
 *
 * <p>A monitor or a {@code ReentrantLock} parks a contending virtual thread, which costs more than
 * the critical sections guarded here last. This lock spins instead, but not for long: its holder
 * may have been descheduled by the operating system, or run on a carrier of low priority, so that
 * after a short spin a contender gives its CPU away, and a platform thread at last sleeps for
 * growing periods. The lock is neither reentrant nor fair, and a holder must not block or call
 * foreign code.
 *
 * <p><b>A holder always has a thread.</b> A goroutine that contends may hold another lock of this
 * kind already. If it left its carrier now it would be in a run queue, maybe that of a machine
 * which waits for that other lock before it can look at its queue. So it stays, and lets the
 * operating system run the holder. (Virtual threads of the JDK's scheduler yield and park; none of
 * its carriers waits for a lock.)
 */
public abstract class SpinLock {
  private static final int SPINS = Runtime.getRuntime().availableProcessors() > 1 ? 64 : 0;
  private static final int YIELDS = 16;
  private static final long FIRST_SLEEP_NANOS = 10_000;
  private static final long LONGEST_SLEEP_NANOS = 1_000_000;

  private static final VarHandle HELD;

  static {
    try {
      HELD = MethodHandles.lookup().findVarHandle(SpinLock.class, "held", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("unused") // accessed through HELD
  private int held;

  protected SpinLock() {}

  public final void lock() {
    if (!HELD.compareAndSet(this, 0, 1)) {
      lockContended();
    }
  }

  public final void unlock() {
    HELD.setRelease(this, 0);
  }

  private void lockContended() {
    if (Thread.currentThread().isVirtual() && Jdk.currentCarrier() instanceof CarrierThread) {
      lockOnCarrier();
    } else {
      lockPatiently();
    }
  }

  private void lockOnCarrier() {
    for (int attempts = 0; !tryLock(); attempts++) {
      if (attempts < SPINS) {
        Thread.onSpinWait();
      } else {
        Jdk.yieldCarrier();
      }
    }
  }

  /**
   * Yields are few, and an interrupt is put aside so that the sleep is one: virtual threads that
   * yield without end keep the JDK's scheduler from ever looking at what was submitted from
   * outside, such as a holder that wakes from a sleep of its own (a select takes several locks).
   */
  private void lockPatiently() {
    int attempts = 0;
    long sleepNanos = FIRST_SLEEP_NANOS;
    boolean interrupted = false;
    while (!tryLock()) {
      if (attempts < SPINS) {
        attempts++;
        Thread.onSpinWait();
      } else if (attempts < SPINS + YIELDS) {
        attempts++;
        Thread.yield();
      } else {
        interrupted |= Thread.interrupted();
        LockSupport.parkNanos(this, sleepNanos);
        sleepNanos = Math.min(2 * sleepNanos, LONGEST_SLEEP_NANOS);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt(); // for the caller, whose affair it is
    }
  }

  /** Takes the lock if nobody has it. */
  public final boolean tryLock() {
    return (int) HELD.getOpaque(this) == 0 && HELD.compareAndSet(this, 0, 1);
  }
}
