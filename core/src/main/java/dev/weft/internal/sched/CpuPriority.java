package dev.weft.internal.sched;

import dev.weft.internal.sys.NativeAccess;
import dev.weft.internal.sys.ThreadCalls;
import java.lang.invoke.VarHandle;

/**
 * One machine's CPU priority: sysmon lowers it while a goroutine outlasts its time slice, the
 * machine restores it when the goroutine is done.
 *
 * <p>Lowered, the thread gets about a tenth of what a thread of normal priority gets when they
 * compete for a core (the kernel's weights for nice 0 and nice 10 are 1024 and 110), so goroutines
 * with short slices hardly notice the hog.
 *
 * <p>The lock orders the two: sysmon lowers only while the slice it judged still runs, and the
 * machine restores after that slice has ended, so a thread that is past its slice is never left
 * lowered. Where priorities cannot be changed nothing happens.
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
   * On the machine's thread, first. Its priority is normal, because it is that of sysmon, which has
   * made it. While the heap is full the thread's number may stay unknown; {@link #restore} asks
   * again.
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

  /** The CPU time the machine has used, in nanoseconds; negative when that is not known. */
  synchronized long cpuNanos() {
    return tid == 0 ? -1 : ThreadCalls.cpuNanosOf(tid);
  }

  /**
   * By sysmon: lowers the priority of {@code machine} if it is still in the goroutine it was in at
   * {@code slice}.
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
   * By the machine, between goroutines. False when the system forbids it: the thread had better end
   * than stay slow.
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
