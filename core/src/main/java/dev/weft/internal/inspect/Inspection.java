package dev.weft.internal.inspect;

import dev.weft.internal.poll.Descriptors;
import dev.weft.internal.poll.Fd;
import dev.weft.internal.runtime.WeftRuntime;
import dev.weft.internal.sched.Blocker;
import dev.weft.internal.track.Goroutines;
import dev.weft.internal.track.MachineState;
import dev.weft.internal.track.ProcessorState;
import dev.weft.internal.track.Tracked;
import dev.weft.internal.track.Tracking;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one door through which tools look at the runtime. Goroutines and descriptors are known from
 * {@link Tracking#begin} on; those that were made before are not. Walks take no lock and stop no
 * thread.
 */
public final class Inspection {
  private Inspection() {}

  /** Calls {@code action} for each goroutine that was started, on the calling thread. */
  public static void goroutines(Consumer<Goroutine> action) {
    Goroutines.LIVE.forEach(entry -> {
      Thread thread = entry.get();
      if (thread != null && thread.getState() != Thread.State.NEW) {
        action.accept(new Goroutine(thread, entry));
      }
    });
  }

  /**
   * Calls {@code action} for each goroutine that the garbage collector took since the last call:
   * nothing that could wake it was left.
   */
  public static void lostGoroutines(Consumer<Tracked<Thread>> action) {
    Goroutines.LIVE.lost(action);
  }

  /** Calls {@code action} for each open descriptor, on the calling thread. */
  public static void descriptors(Consumer<Descriptor> action) {
    Descriptors.LIVE.forEach(entry -> {
      Fd fd = entry.get();
      if (fd != null && fd.isOpen()) {
        action.accept(new Descriptor(fd, entry));
      }
    });
  }

  /**
   * What one of Weft's operations that parks {@code thread} waits for; null when the thread is
   * parked by something else, or not at all.
   */
  public static @Nullable String waitReason(Thread thread) {
    return LockSupport.getBlocker(thread) instanceof Blocker blocker
        ? blocker.waitReason(thread)
        : null;
  }

  /** The processors, one after the other; none on the JDK's scheduler. */
  public static List<ProcessorState> processors() {
    return WeftRuntime.scheduler().processorStates();
  }

  /** The machines, one after the other; none on the JDK's scheduler. */
  public static List<MachineState> machines() {
    return WeftRuntime.scheduler().machineStates();
  }
}
