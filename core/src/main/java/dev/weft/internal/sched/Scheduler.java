package dev.weft.internal.sched;

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
   * A new goroutine, not started. It counts as live from here until {@code body} returns or throws.
   */
  public final Thread newGoroutine(Runnable body) {
    return Tracking.isOn() ? Goroutines.track(body, this::newThread) : newThread(body, null);
  }

  /**
   * @param times to be kept, where the scheduler can; null for a goroutine that is not tracked
   */
  abstract Thread newThread(Runnable body, @Nullable RunTimes times);

  /**
   * The calling goroutine is about to block its thread: the others go on without it.
   *
   * @return whether {@link #exitBlocking} is to be called afterwards: not on other threads, and not
   *     inside another such call
   */
  public abstract boolean enterBlocking();

  /** The end of what {@link #enterBlocking} began; returns when the goroutine may go on. */
  public abstract void exitBlocking();

  /** Makes a call that may block its thread, while the other goroutines go on. */
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

  /** Lets others run before the caller goes on. */
  public abstract void yieldNow();

  /** The heap in which a timer of the calling thread best waits. */
  public abstract TimerHeap timers();

  /**
   * What happened so far. Figures of running threads are read one after the other, not at one
   * moment.
   */
  public abstract SchedulerStats stats();

  /** The processors, each as it is when it is looked at; none on the JDK's scheduler. */
  public List<ProcessorState> processorStates() {
    return List.of();
  }

  /** The machines, each as it is when it is looked at; none on the JDK's scheduler. */
  public List<MachineState> machineStates() {
    return List.of();
  }

  /** Which scheduler this is. */
  public abstract SchedulerKind kind();
}
