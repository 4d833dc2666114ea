package dev.weft.internal.sched;

import dev.weft.internal.sched.netpoll.Netpoll;
import dev.weft.internal.timer.TimerHeap;
import dev.weft.internal.track.Goroutines;
import dev.weft.internal.track.MachineState;
import dev.weft.internal.track.ProcessorState;
import dev.weft.internal.track.RunTimes;
import dev.weft.internal.track.Tracking;
import dev.weft.stats.SchedulerKind;
import dev.weft.stats.SchedulerStats;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs goroutines and their timers, and drives the {@link Netpoll}. There is one per process; it
 * lives as long as the process.
 */
public abstract sealed class Scheduler permits GmpScheduler, JdkScheduler {
  Scheduler() {}

  /**
   * Creates a goroutine and does not start it. It counts as live from now until {@code body}
   * returns or throws.
   */
  public final Thread newGoroutine(Runnable body) {
    return Tracking.isOn() ? Goroutines.track(body, this::newThread) : newThread(body, null);
  }

  /**
   * @param times receives the run times, where the scheduler supports that; null for a goroutine
   *     that is not tracked
   */
  abstract Thread newThread(Runnable body, @Nullable RunTimes times);

  /**
   * Called when the calling goroutine is about to block its thread: the other goroutines continue
   * meanwhile.
   *
   * @return whether {@link #exitBlocking} must be called afterwards: false on other threads, and
   *     inside another such call
   */
  public abstract boolean enterBlocking();

  /**
   * Ends a blocking call that {@link #enterBlocking} began; returns when the goroutine may
   * continue.
   */
  public abstract void exitBlocking();

  /** Makes a call that may block its thread, while the other goroutines continue. */
  public final int blocking(IntSupplier call) {
    boolean entered = enterBlocking();
    try {
      return call.getAsInt();
    } finally {
      if (entered) {
        exitBlocking();
      }
    }
  }

  /** Lets other ready goroutines run before the caller continues. */
  public abstract void yieldNow();

  /** Returns the timer heap for timers of the calling thread. */
  public abstract TimerHeap timers();

  /**
   * Returns the counters. Those of running threads are read one after the other, not at one moment.
   */
  public abstract SchedulerStats stats();

  /**
   * Returns the states of the processors, each read at its own moment; empty on the JDK's
   * scheduler.
   */
  public List<ProcessorState> processorStates() {
    return List.of();
  }

  /**
   * Returns the states of the machines, each read at its own moment; empty on the JDK's scheduler.
   */
  public List<MachineState> machineStates() {
    return List.of();
  }

  /** Returns the kind of this scheduler. */
  public abstract SchedulerKind kind();
}
