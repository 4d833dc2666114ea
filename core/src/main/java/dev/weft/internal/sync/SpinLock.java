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
 * <p><b>A critical section cannot fail in the middle.</b> It allocates nothing: what it links or
 * returns is made before the lock is taken. It cannot run out of stack either: {@link #lock} makes
 * sure of its room first ({@link StackProbe}), so that a {@code StackOverflowError} comes before
 * the lock is taken or not at all.
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
    // The first call of each method links it, which allocates: do that at start-up, when memory is
    // available.
    SpinLock unused = new SpinLock() {};
    if (unused.tryLock()) {
      unused.unlock();
    }
  }

  @SuppressWarnings("unused") // accessed through HELD
  private int held;

  protected SpinLock() {}

  /**
   * Takes the lock, and waits for it while another thread holds it.
   *
   * @throws StackOverflowError when the stack has no room for a critical section; the lock is not
   *     taken then
   */
  public final void lock() {
    StackProbe.check();
    if (!HELD.compareAndSet(this, 0, 1)) {
      lockContended();
    }
  }

  /** Releases the lock, which the calling thread holds. */
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
   *
   * <p>A sleep takes the permit of an unpark. That may be one for which the caller is about to
   * park: a timed wait looks whether it is over, arms its timer under such a lock, and parks. So
   * the permit is given back, and the caller's next park may end for no reason.
   */
  private void lockPatiently() {
    int attempts = 0;
    long sleepNanos = FIRST_SLEEP_NANOS;
    boolean interrupted = false;
    boolean slept = false;
    while (!tryLock()) {
      if (attempts < SPINS) {
        attempts++;
        Thread.onSpinWait();
      } else if (attempts < SPINS + YIELDS) {
        attempts++;
        Thread.yield();
      } else {
        interrupted |= Thread.interrupted();
        slept = true;
        LockSupport.parkNanos(this, sleepNanos);
        sleepNanos = Math.min(2 * sleepNanos, LONGEST_SLEEP_NANOS);
      }
    }
    if (slept) {
      LockSupport.unpark(Thread.currentThread());
    }
    if (interrupted) {
      Thread.currentThread().interrupt(); // for the caller's next blocking operation
    }
  }

  /**
   * Takes the lock unless a thread holds it. Checks no stack: for threads of the scheduler, which
   * call it at a known depth.
   */
  public final boolean tryLock() {
    return (int) HELD.getOpaque(this) == 0 && HELD.compareAndSet(this, 0, 1);
  }
}
