package dev.weft.internal.track;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The time since which a goroutine has not run. Written by the machine that carries it, read by any
 * thread.
 *
 * <pre>
 *   NOT_STOPPED --its slice ends--> the time of that --its next slice begins--> NOT_STOPPED
 * </pre>
 *
 * A machine may be descheduled between the moment at which the goroutine can continue elsewhere and
 * its own record of the slice's end. The record then comes late and has a later time: a wait seems
 * shorter than it is.
 *
 * <p>While a tool looks for leaks, a goroutine that becomes ready is also <em>held</em>, so that it
 * is not garbage collected before the tool has seen where it waits:
 *
 * <pre>
 *   free --it becomes ready--> held --the tool records where it waits--> free
 * </pre>
 *
 * The tool releases it first, and then checks whether the goroutine became ready meanwhile. The
 * thread that wakes the goroutine makes it ready first, and then holds it. So at least one of the
 * two holds it.
 */
public final class RunTimes {
  /** It runs, or has not run yet, or is not observed. */
  public static final long NOT_STOPPED = 0;

  private static final VarHandle STOPPED_AT;
  private static final VarHandle HELD;

  static {
    try {
      var lookup = MethodHandles.lookup();
      STOPPED_AT = lookup.findVarHandle(RunTimes.class, "stoppedAt", long.class);
      HELD = lookup.findVarHandle(RunTimes.class, "held", Thread.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static volatile boolean holding;

  @SuppressWarnings("UnusedVariable") // used through STOPPED_AT
  private long stoppedAt;

  /**
   * The last recorded time, so that each is different. For machines only, in the order of the
   * slices but for late records: a machine that is descheduled just between reading and writing
   * this field may record the time of a later slice once more.
   */
  private long last = Long.MIN_VALUE;

  @SuppressWarnings("UnusedVariable") // used through HELD
  private @Nullable Thread held;

  /** The tool's last record, which the collector enqueues only while it is reachable. */
  private volatile @Nullable WaitRecord record;

  public RunTimes() {}

  /** Sets whether goroutines that become ready are held from now on. */
  public static void setHolding(boolean on) {
    holding = on;
  }

  /** Called by the thread that has made the goroutine ready. */
  public void hold(Thread goroutine) {
    if (holding) {
      HELD.setOpaque(this, goroutine);
    }
  }

  /**
   * Reports whether the goroutine became ready since its last record, while leaks were looked for.
   */
  public boolean isHeld() {
    return HELD.getOpaque(this) != null;
  }

  /** Releases the goroutine without a record. */
  public void release() {
    HELD.setOpaque(this, null);
  }

  void release(Thread goroutine, WaitRecord made) {
    record = made;
    release();
    VarHandle.fullFence();
    if (holding && (stoppedAt() != made.stopped() || !isWaiting(goroutine))) {
      HELD.setOpaque(this, goroutine);
    }
  }

  private static boolean isWaiting(Thread thread) {
    return switch (thread.getState()) {
      case WAITING, TIMED_WAITING, BLOCKED -> true;
      default -> false;
    };
  }

  /** Whether the tool has no later record than this. */
  boolean isLast(WaitRecord made) {
    return record == made;
  }

  /** Called by the machine: the goroutine's slice begins. */
  public void begin() {
    STOPPED_AT.setOpaque(this, NOT_STOPPED);
  }

  /**
   * Called by the machine: the goroutine's slice has ended.
   *
   * @param now the time, which may be behind and the same as that of the slice before: tools know
   *     by the recorded time whether the goroutine has run since they saw it, so that is later
   */
  public void stop(long now) {
    long at = Math.max(now, last + 1);
    last = at == NOT_STOPPED ? 1 : at;
    STOPPED_AT.setOpaque(this, last);
  }

  /**
   * When its last slice ended, on {@link System#nanoTime}'s scale and some 10 ms too early at most
   * while sysmon gets a CPU in time; or {@link #NOT_STOPPED}. No two slices of a goroutine have the
   * same.
   */
  public long stoppedAt() {
    return (long) STOPPED_AT.getOpaque(this);
  }
}
