package dev.weft.internal.sched;

import dev.weft.internal.sched.netpoll.Netpoll;
import dev.weft.internal.sched.netpoll.ProcessorPoller;
import dev.weft.internal.sched.queue.RunQueue;
import dev.weft.internal.sync.FailureLog;
import dev.weft.internal.sys.RuntimeThreads;
import dev.weft.internal.timer.TimerHeap;
import dev.weft.internal.track.RunTimes;
import dev.weft.stats.LatencyCounts;
import dev.weft.stats.SchedulerKind;
import dev.weft.stats.SchedulerStats;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The fallback without access to the JDK's internals: goroutines run on the JDK's scheduler, and a
 * platform thread waits in the poller and for timers. It has no time slices: a goroutine that
 * computes without end keeps one of the JDK's carriers.
 */
public final class JdkScheduler extends Scheduler {
  static {
    FailureLog.resolve(Throwable.class);
  }

  private static final String POLL_FAILED = FailureLog.message("a round of the poller failed");

  /** One park per this many yields, on average: a timed park costs several yields. */
  private static final int YIELDS_TO_PARK = 16;

  /** The JDK's own default, unless there are more processors. */
  private static final int DEFAULT_CARRIERS = 256;

  /** The pause after a failure, which may repeat at once. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final ProcessorPoller poller;
  private final TimerHeap timers = new TimerHeap(this::earlierTimer);
  private final ThreadFactory goroutines = Thread.ofVirtual().factory();
  private final LongAdder created = new LongAdder();
  private final LongAdder finished = new LongAdder();
  private final LongAdder polls = new LongAdder();
  private final LongAdder events = new LongAdder();

  /** When the poller thread will return by itself; see {@link TimerHeap} for the protocol. */
  private volatile long waitsUntil = Long.MIN_VALUE;

  public JdkScheduler(Netpoll netpoll) {
    poller = netpoll.poller(0);
    FailureLog.prepare();
    Thread.ofPlatform().group(RuntimeThreads.GROUP).daemon().name("weft-poller").start(this::poll);
  }

  @Override
  public SchedulerKind kind() {
    return SchedulerKind.JDK;
  }

  private void poll() {
    while (true) {
      try {
        pollOnce();
      } catch (Throwable e) {
        FailureLog.write(POLL_FAILED, e);
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private void pollOnce() {
    Thread.interrupted(); // An interrupted thread would not wait.
    int wakeups = poller.wakeups();
    waitsUntil = TimerHeap.NEVER;
    long due = timers.earliest();
    waitsUntil = due;
    long nanos = due == TimerHeap.NEVER ? -1 : Math.max(0, due - System.nanoTime());
    boolean hasEvents = poller.await(nanos, true, wakeups);
    waitsUntil = Long.MIN_VALUE;
    polls.increment();
    if (hasEvents) {
      events.add(poller.reap(RunQueue.CAPACITY));
    }
    timers.runDue();
  }

  private void earlierTimer(long when) {
    if (when < waitsUntil) {
      poller.wakeup();
      poller.retryPatiently();
    }
  }

  @Override
  Thread newThread(Runnable body, @Nullable RunTimes times) {
    created.increment();
    return goroutines.newThread(() -> {
      try {
        body.run();
      } finally {
        finished.increment();
      }
    });
  }

  /**
   * The JDK's scheduler compensates for the blocking calls that it knows, and has no interface for
   * others.
   */
  @Override
  public boolean enterBlocking() {
    return false;
  }

  @Override
  public void exitBlocking() {}

  /**
   * A carrier of the JDK takes goroutines that other threads started only when its own queue is
   * empty, and a goroutine that yields stays in that queue: a few that yield in turn would starve
   * all others. So some yields park instead, because a goroutine that parks returns through the
   * shared queue.
   */
  @Override
  public void yieldNow() {
    if (ThreadLocalRandom.current().nextInt(YIELDS_TO_PARK) == 0) {
      Clock.parkNanos(this, 1);
    } else {
      Thread.yield();
    }
  }

  @Override
  public TimerHeap timers() {
    return timers;
  }

  /**
   * Reads the system properties of the JDK's scheduler, because the scheduler itself is not
   * accessible.
   */
  @Override
  public SchedulerStats stats() {
    int parallelism =
        Integer.getInteger(
            "jdk.virtualThreadScheduler.parallelism", Runtime.getRuntime().availableProcessors());
    int carriers =
        Integer.getInteger(
            "jdk.virtualThreadScheduler.maxPoolSize", Math.max(parallelism, DEFAULT_CARRIERS));
    return new SchedulerStats(
        new SchedulerStats.Goroutines(created.sum(), finished.sum(), 0, 0),
        new SchedulerStats.Processors(Math.min(parallelism, carriers), 0, 0, 0, 0, 0),
        new SchedulerStats.Machines(0, 0, carriers, 0, 0, 0),
        new SchedulerStats.Polls(0, polls.sum(), events.sum()),
        CallCounts.read(),
        timers.size(),
        new LatencyCounts(new long[0]));
  }
}
