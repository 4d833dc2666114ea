package dev.weft.internal.sched;

import dev.weft.internal.sync.FailureLog;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Starts machines, up to the limit and with pauses while the system refuses threads, and removes
 * those that end.
 *
 * <p>A start has two halves. {@link #request} runs on any thread that holds a processor, and
 * reserves one of the permitted machines; {@link #start} runs on sysmon, the only thread that
 * starts threads ({@link Sysmon#startMachine}).
 */
final class MachineStarter {
  static {
    FailureLog.resolve(Throwable.class, Math.class);
  }

  private static final long FIRST_REFUSAL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long LONGEST_REFUSAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final GmpScheduler scheduler;
  private final int limit;
  private final Consumer<Machine> threadStarter;
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong limitHits = new AtomicLong();

  // Written by sysmon: when the system last refused to start a thread, and the pause before the
  // next try.
  private volatile long refusedAt;
  private volatile long refusedFor;

  /**
   * @param threadStarter starts a machine's thread; fails with an OutOfMemoryError when the system
   *     has none
   */
  MachineStarter(GmpScheduler scheduler, int limit, Consumer<Machine> threadStarter) {
    this.scheduler = scheduler;
    this.limit = limit;
    this.threadStarter = threadStarter;
  }

  /**
   * Has sysmon start a machine that takes {@code processor}, which the caller holds. Returns false
   * at the limit, and in a pause after a refusal.
   */
  boolean request(Processor processor, boolean searching, @Nullable Processor origin) {
    if (System.nanoTime() - refusedAt < refusedFor) {
      countLimitHit();
      return false;
    }
    if (count.incrementAndGet() > limit) {
      count.decrementAndGet();
      countLimitHit();
      return false;
    }
    processor.wantedSearching = searching;
    processor.wantedOrigin = origin;
    scheduler.sysmon.startMachine(processor);
    return true;
  }

  /** Starts the machine that {@link #request} has reserved. Called by sysmon; never throws. */
  void start(Processor processor) {
    boolean searching = processor.wantedSearching;
    Processor origin = processor.wantedOrigin;
    processor.wantedOrigin = null;
    Machine machine = null;
    try {
      machine = new Machine(scheduler, processor, searching, origin);
      scheduler.machines.add(machine);
      threadStarter.accept(machine);
      refusedFor = 0;
    } catch (Throwable e) {
      // The system refuses the thread, or there is no memory for it; queued tasks wait for the
      // existing machines. An attempt takes milliseconds, so the pause between attempts grows.
      refusedFor = Math.clamp(2 * refusedFor, FIRST_REFUSAL_NANOS, LONGEST_REFUSAL_NANOS);
      refusedAt = System.nanoTime();
      if (searching) {
        scheduler.searchers.decrementAndGet();
      }
      countLimitHit();
      if (machine != null) {
        processor.release(machine);
        forget(machine);
      } else {
        count.decrementAndGet();
      }
      scheduler.assigner.leaveIdle(processor);
    }
  }

  /** Removes {@code machine}, which ends. */
  void forget(Machine machine) {
    scheduler.machines.remove(machine);
    count.decrementAndGet();
  }

  /** Returns how many machines there are, including those that are about to start. */
  int count() {
    return count.get();
  }

  int limit() {
    return limit;
  }

  boolean isBelowLimit() {
    return count.get() < limit;
  }

  /** Reports whether the system refused the last thread. */
  boolean isRefused() {
    return refusedFor != 0;
  }

  void countLimitHit() {
    limitHits.incrementAndGet();
  }

  /** Returns how often a machine was wanted and could not be started. */
  long limitHits() {
    return limitHits.get();
  }
}
