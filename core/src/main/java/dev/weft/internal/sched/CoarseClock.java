package dev.weft.internal.sched;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;

/**
 * A clock that costs a read of a field, where {@link System#nanoTime} takes about 25 ns. sysmon
 * sets it in its rounds, so while goroutines run it is behind by the longest pause of sysmon, 10
 * ms, and by how long sysmon waits for a CPU. It is never ahead.
 *
 * <pre>
 *   unset, as accurate as System.nanoTime --a round of sysmon--> set --sysmon is about to rest--> unset
 * </pre>
 */
final class CoarseClock {
  /**
   * The minimum between two settings. Each takes the field's cache line from all cores that read
   * it, and sysmon's rounds may be 20 µs apart.
   */
  static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final long UNSET = 0;
  private static final VarHandle NOW;

  static {
    try {
      NOW = MethodHandles.lookup().findVarHandle(CoarseClock.class, "now", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Written by sysmon only. */
  private long now = UNSET;

  /** Called by sysmon in each round. */
  void set(long nanoTime) {
    if (now == UNSET || nanoTime - now >= STEP_NANOS) {
      write(nanoTime);
    }
  }

  /** Called by sysmon before a rest, in which nothing would set the clock. */
  void unset() {
    write(UNSET);
  }

  /** One place, linked by the first round: the rest may begin while the heap is full. */
  private void write(long value) {
    NOW.setOpaque(this, value);
  }

  /** On {@link System#nanoTime}'s scale. For any thread. */
  long nanoTime() {
    long coarse = (long) NOW.getOpaque(this);
    return coarse == UNSET ? System.nanoTime() : coarse;
  }
}
