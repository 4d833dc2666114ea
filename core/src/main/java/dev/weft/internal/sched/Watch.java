package dev.weft.internal.sched;

import dev.weft.internal.sync.FailureLog;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sysmon's record of how long one machine has been inside one goroutine.
 *
 * <p>The CPU time of a thread is not always known: the system may not report it, a thread that has
 * not begun has none, and the call fails while the heap is full. The elapsed time alone then
 * decides, and the machine does not count as using the CPU.
 */
final class Watch {
  static {
    FailureLog.resolve(Throwable.class);
  }

  /**
   * How long queued requests may wait for a goroutine that computes or blocks. A machine that was
   * only descheduled submits them more cheaply itself.
   */
  private static final long POLL_ON_BEHALF_AFTER_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  /** A machine that burned less than this in its slice was waiting, not computing. */
  private static final long BURNING_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final long UNKNOWN = -1;

  private @Nullable Machine machine;
  private int slice;
  private long since;
  private long cpuAtStart = UNKNOWN;

  /** Reports whether the machine is still in the goroutine it was in at the last look. */
  boolean looksAgainAt(@Nullable Machine now, long time) {
    int seen = now == null ? 0 : now.slice();
    if (now != null && now == machine && seen == slice) {
      return true;
    }
    machine = now;
    slice = seen;
    since = time;
    cpuAtStart = now == null ? UNKNOWN : cpuNanos(now);
    return false;
  }

  /** Continues the watch {@code other}, starting now. */
  void continueFrom(Watch other) {
    machine = other.machine;
    slice = other.slice;
    since = other.since;
    cpuAtStart = machine == null ? UNKNOWN : cpuNanos(machine);
  }

  @Nullable Machine machine() {
    return machine;
  }

  int slice() {
    return slice;
  }

  long since() {
    return since;
  }

  /** Returns true when the goroutine has used the CPU for some time, or its CPU time is unknown. */
  boolean hasComputed(Machine now, long time) {
    return time - since >= POLL_ON_BEHALF_AFTER_NANOS
        && (time - since >= Sysmon.TIME_SLICE_NANOS / 2
            || hasUsed(now, POLL_ON_BEHALF_AFTER_NANOS / 2));
  }

  boolean isBurning(Machine now) {
    return hasUsed(now, BURNING_NANOS);
  }

  /**
   * Lowers the machine's priority; returns false when that failed, or the goroutine has stopped.
   */
  boolean lower() {
    try {
      return machine != null && machine.priority.lower(machine, slice);
    } catch (Throwable e) {
      return false; // sysmon tries again
    }
  }

  /** Reports whether the machine is known to have used this much CPU time since the first look. */
  private boolean hasUsed(Machine now, long nanos) {
    long cpu = cpuNanos(now);
    if (cpuAtStart < 0) {
      cpuAtStart = cpu; // The count begins when the time is known.
      return false;
    }
    return cpu >= 0 && cpu - cpuAtStart >= nanos;
  }

  /** Returns the machine's CPU time; negative when unknown. */
  private static long cpuNanos(Machine of) {
    try {
      return of.priority.cpuNanos();
    } catch (Throwable e) {
      return UNKNOWN; // Calls of the C library take memory until the JVM has compiled them.
    }
  }
}
