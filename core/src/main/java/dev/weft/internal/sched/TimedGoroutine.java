package dev.weft.internal.sched;

import dev.weft.internal.sync.FailureLog;
import dev.weft.internal.track.Events;
import dev.weft.internal.track.RunTimes;
import dev.weft.internal.track.Waits;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The scheduler of a tracked goroutine's thread. It passes the goroutine to Weft's scheduler with
 * itself in place of the JDK's task, and so records when the goroutine becomes ready, runs and
 * stops. Goroutines that are not tracked have no such object, and no cost.
 *
 * <p>The time at which it stops comes from the {@link CoarseClock}, which saves a call of {@link
 * System#nanoTime} for each slice. It is exact while a tool measures waits: an early time would
 * also make a yield seem a wait.
 *
 * <pre>
 *   execute ──► run queue ──► run:  begin ──► the JDK's task, one slice ──► stop
 *   readyAt is set            readyAt is cleared
 * </pre>
 *
 * The JDK may queue a goroutine twice, and the second task then does nothing. So {@code readyAt} is
 * set only if it is not set already, and the first task to run clears it.
 *
 * <p>Virtual threads that the goroutine starts without {@link dev.weft.Weft} inherit this
 * scheduler. Their tasks are different objects, and are passed to Weft's scheduler unchanged.
 */
final class TimedGoroutine implements Executor, Runnable {
  static {
    FailureLog.resolve(Throwable.class);
  }

  private static final String PROFILE_FAILED = FailureLog.message("profiling waiting times failed");

  private static final String EVENT_FAILED = FailureLog.message("reporting an event failed");

  private static final long NOT_READY = 0;

  private final GmpScheduler scheduler;
  private final RunTimes times;

  /** Set before the thread starts. */
  private @Nullable Thread thread;

  /** The JDK's task for the thread, always the same; known from the first call on. */
  private @Nullable Runnable task;

  // Plain: the queue makes the write visible to the machine that takes the goroutine from it.
  private long readyAt = NOT_READY;

  /**
   * Set by the machine after a slice, while a tool is told of events. Like the note in {@link
   * RunTimes} it may come late, when the goroutine runs elsewhere already: the wait is then not
   * told, and that machine's own note replaces this one.
   */
  private volatile Events.@Nullable Wait wait;

  TimedGoroutine(GmpScheduler scheduler, RunTimes times) {
    this.scheduler = scheduler;
    this.times = times;
  }

  /** Called once, before the thread starts. */
  void startsAs(Thread goroutine) {
    thread = goroutine;
  }

  @Override
  public void execute(Runnable ready) {
    if (task == null) {
      task = ready; // the first task is the thread's own start
    }
    if (ready != task) {
      scheduler.execute(ready);
      return;
    }
    noteReady();
    scheduler.execute(this);
  }

  private void noteReady() {
    Thread goroutine = thread;
    if (goroutine != null) {
      times.hold(goroutine);
    }
    if (readyAt == NOT_READY && measuresWaits()) {
      readyAt = System.nanoTime();
    }
  }

  private boolean measuresWaits() {
    return wait != null || Waits.listener() != null;
  }

  /**
   * Makes the JVM link the code that runs whenever a goroutine becomes ready and runs, which takes
   * memory: later it must also work while the heap is full.
   */
  void warmUp() {
    task = () -> {};
    noteReady();
    run();
  }

  @Override
  public void run() {
    Runnable slice = task;
    if (slice == null) {
      throw new AssertionError("a goroutine was queued before it was ready");
    }
    Events.Listener events = Events.listener();
    if (events != null) {
      reportWait();
    }
    if (readyAt != NOT_READY) {
      tell();
    }
    Events.Slice told = events == null ? null : beginSlice(events);
    times.begin();
    try {
      slice.run();
    } finally {
      if (events != null) {
        endSlice(events, told);
      }
      times.stop(measuresWaits() ? System.nanoTime() : scheduler.clock.nanoTime());
    }
  }

  /** A yield is no wait: the goroutine was ready before its slice had ended. */
  private void reportWait() {
    Events.Wait ended = wait;
    Thread goroutine = thread;
    if (ended == null || goroutine == null) {
      return;
    }
    wait = null;
    long stoppedAt = times.stoppedAt();
    if (readyAt == NOT_READY || stoppedAt == RunTimes.NOT_STOPPED || readyAt - stoppedAt < 0) {
      return;
    }
    try {
      ended.ended(goroutine, System.nanoTime() - readyAt);
    } catch (Throwable e) {
      FailureLog.write(EVENT_FAILED, e);
    }
  }

  private Events.@Nullable Slice beginSlice(Events.Listener events) {
    Thread goroutine = thread;
    if (goroutine == null) {
      return null;
    }
    try {
      return events.slice(goroutine);
    } catch (Throwable e) {
      FailureLog.write(EVENT_FAILED, e);
      return null;
    }
  }

  private void endSlice(Events.Listener events, Events.@Nullable Slice slice) {
    Thread goroutine = thread;
    try {
      if (slice != null) {
        slice.ended();
      }
      if (goroutine != null) {
        wait = events.stopped(goroutine);
      }
    } catch (Throwable e) {
      FailureLog.write(EVENT_FAILED, e);
    }
  }

  private void tell() {
    Waits.Listener listener = Waits.listener();
    Thread goroutine = thread;
    if (listener != null && goroutine != null) {
      long stoppedAt = times.stoppedAt();
      try {
        listener.ended(
            goroutine,
            stoppedAt == RunTimes.NOT_STOPPED ? 0 : readyAt - stoppedAt,
            System.nanoTime() - readyAt);
      } catch (Throwable e) {
        FailureLog.write(PROFILE_FAILED, e);
      }
    }
    readyAt = NOT_READY; // taking the stack may have queued the goroutine once more
  }
}
