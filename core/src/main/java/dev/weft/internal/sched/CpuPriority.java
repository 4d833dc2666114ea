package dev.weft.internal.sched;

import dev.weft.internal.sync.FailureLog;
import dev.weft.internal.sys.NativeAccess;
import dev.weft.internal.sys.ThreadCalls;
import java.lang.invoke.VarHandle;

/**
 * The CPU priority of one machine: sysmon lowers it while a goroutine exceeds its time slice, and
 * the machine restores it when the goroutine stops.
 *
 * <p>With lowered priority the thread gets about a tenth of the CPU time of a thread with normal
 * priority when they compete for a core (the kernel's weights for nice 0 and nice 10 are 1024 and
 * 110), so it hardly delays goroutines with short slices.
 *
 * <p>The lock orders the two: sysmon lowers the priority only while the slice that it measured
 * still runs, and the machine restores it after that slice, so the priority never stays lowered
 * after the slice. Where priorities cannot be changed this does nothing.
 */
final class CpuPriority {
  static {
    FailureLog.resolve(OutOfMemoryError.class);
  }

  private static final int STEP = 10;
  private static final boolean AVAILABLE = NativeAccess.unavailableBecause() == null;
  private static final int NORMAL = AVAILABLE ? ThreadCalls.niceOf(0) : 0;

  private int tid;
  private volatile boolean lowered;

  /**
   * Called first on the machine's thread. Its priority is normal, because it is inherited from
   * sysmon, which starts the thread. While the heap is full the thread's id may stay unknown;
   * {@link #restore} tries again.
   */
  synchronized void begin() {
    if (AVAILABLE) {
      try {
        tid = ThreadCalls.gettid();
      } catch (OutOfMemoryError e) {
        tid = 0;
      }
    }
  }

  /** Returns the CPU time of the machine in nanoseconds; negative when unknown. */
  synchronized long cpuNanos() {
    return tid == 0 ? -1 : ThreadCalls.cpuNanosOf(tid);
  }

  /**
   * Called by sysmon: lowers the priority of {@code machine} if it is still in slice {@code slice}.
   */
  synchronized boolean lower(Machine machine, int slice) {
    if (tid == 0 || lowered) {
      return false;
    }
    lowered = true; // first, for a machine that begins a new slice and then looks here
    VarHandle.fullFence();
    boolean done = false;
    try {
      done = machine.slice() == slice && ThreadCalls.setNice(tid, NORMAL + STEP) >= 0;
    } finally {
      lowered = done;
    }
    return done;
  }

  /**
   * Called by the machine, between goroutines. Returns false when the system forbids it: the thread
   * should then end, because it would stay slow.
   */
  synchronized boolean restore() {
    if (tid == 0) {
      begin();
    }
    if (lowered && ThreadCalls.setNice(tid, NORMAL) < 0) {
      return false;
    }
    lowered = false;
    return true;
  }

  boolean isLowered() {
    return lowered;
  }
}
