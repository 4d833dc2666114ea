package dev.weft.internal.inspect;

import dev.weft.internal.poll.Descriptors;
import dev.weft.internal.poll.Fd;
import dev.weft.internal.runtime.WeftRuntime;
import dev.weft.internal.sched.Blocker;
import dev.weft.internal.track.Goroutines;
import dev.weft.internal.track.Loans;
import dev.weft.internal.track.MachineState;
import dev.weft.internal.track.ProcessorState;
import dev.weft.internal.track.RunTimes;
import dev.weft.internal.track.Tracked;
import dev.weft.internal.track.Tracking;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets tools inspect the runtime. Only goroutines and descriptors created after {@link
 * Tracking#begin} are listed. Walks take no lock and stop no thread.
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

  /** Calls {@code action} for the entry of each goroutine that has not ended. */
  public static void tracked(Consumer<Tracked<Thread>> action) {
    Goroutines.LIVE.forEach(action);
  }

  /**
   * Calls {@code action} for each goroutine that waits, with when its last slice ended; see {@link
   * RunTimes#NOT_STOPPED}.
   */
  public static void waiting(WaitingAction action) {
    Goroutines.LIVE.forEach(entry -> {
      long stoppedAt = entry.times().stoppedAt(); // before the thread's state, see RunTimes
      Thread thread = entry.get();
      if (thread != null) {
        switch (thread.getState()) {
          case WAITING, TIMED_WAITING, BLOCKED -> action.accept(thread, entry, stoppedAt);
          default -> {}
        }
      }
    });
  }

  /** What to do with a goroutine that waits. */
  public interface WaitingAction {
    void accept(Thread thread, Tracked<Thread> entry, long stoppedAt);
  }

  /**
   * Calls {@code action} for each goroutine that was garbage collected since the last call because
   * nothing that could wake it was reachable.
   */
  public static void lostGoroutines(Consumer<Tracked<Thread>> action) {
    Goroutines.LIVE.lost(action);
  }

  /**
   * Calls {@code action} for each lease of a pool and each received datagram that was not given
   * back; only of those taken while {@link Tracking#recordsSites stacks were recorded}.
   */
  public static void loans(Consumer<Tracked<Object>> action) {
    Loans.LIVE.forEach(action);
  }

  /**
   * Calls {@code action} for each of them that was garbage collected since the last call without
   * having been given back.
   */
  public static void lostLoans(Consumer<Tracked<Object>> action) {
    Loans.LIVE.lost(action);
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
   * The wait reason of a thread that one of Weft's operations has parked; null when it is not
   * parked, or by something else.
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
