package dev.weft.debug.internal.leak;

import dev.weft.internal.inspect.Inspection;
import dev.weft.internal.inspect.Stacks;
import dev.weft.internal.inspect.WaitReasons;
import dev.weft.internal.track.RunTimes;
import dev.weft.internal.track.Tracked;
import dev.weft.internal.track.WaitRecord;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Finds goroutines that can never run again.
 *
 * <p>A waiting goroutine is garbage collected when nothing that could wake it is reachable, and its
 * stack is gone then. So a goroutine that became ready is held until a scan has recorded where it
 * waits next. From then on only the record is kept, a reference that the collector enqueues with
 * the goroutine's end:
 *
 * <pre>
 *   held --scan: it waits, its stack is taken--> recorded --it becomes ready--> held
 *                                                recorded --nothing can wake it--> leaked
 * </pre>
 *
 * <p>A thread scans every ten seconds the goroutines that have waited for a second, except those
 * that wait since they were last recorded. It spends at most a hundredth of its time on that. A
 * scan for a page includes all waiting goroutines, and runs the collector.
 *
 * <p>There is one for the process, as long as it has users.
 */
public final class LeakWatch {
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);
  private static final int SHARE = 100;

  /** How long to wait for the collector; it may have been told not to run when asked. */
  private static final long COLLECTION_MILLIS = 10_000;

  /** References that one collection has cleared come one after the other, without pauses. */
  private static final long QUIET_MILLIS = 50;

  private static final System.Logger LOGGER = System.getLogger("dev.weft.debug");

  private static final LeakWatch WATCH =
      new LeakWatch(Thread.ofPlatform().daemon().name("weft-leak-watch").factory());

  private final ThreadFactory threads;
  private final ReferenceQueue<Thread> queue = new ReferenceQueue<>();

  // Guarded by this.
  private final Map<WaitPlace, WaitPlace> places = new HashMap<>();
  private final LeakedGoroutines leaked = new LeakedGoroutines();
  private int users;
  private @Nullable Thread thread;

  /** A request to find leaks, until it is closed. */
  public interface Use extends AutoCloseable {
    @Override
    void close();
  }

  LeakWatch(ThreadFactory threads) {
    this.threads = threads;
  }

  /** Begins to scan; only goroutines that are created afterwards are seen. */
  public static Use begin() {
    return WATCH.use();
  }

  Use use() {
    add(1);
    boolean[] closed = {false};
    return () -> {
      synchronized (closed) {
        if (!closed[0]) {
          closed[0] = true;
          add(-1);
        }
      }
    };
  }

  private synchronized void add(int n) {
    users += n;
    if (users == 1 && n == 1) {
      startThread();
    } else if (users == 0) {
      RunTimes.setHolding(false);
      if (thread != null) {
        LockSupport.unpark(thread);
        thread = null;
      }
      Inspection.tracked(entry -> entry.times().release());
      places.clear();
    }
  }

  private void startThread() {
    RunTimes.setHolding(true);
    try {
      thread = threads.newThread(this::run);
      thread.start();
    } catch (Throwable e) { // the next user tries again
      users = 0;
      thread = null;
      RunTimes.setHolding(false);
      throw e;
    }
  }

  /** One look that fails, for lack of memory above all, is not the last. */
  private void lookOrLog() {
    try {
      look(SHORTEST_WAIT.toNanos());
      takeLeaked();
    } catch (RuntimeException | Error e) {
      log("looking for leaked goroutines failed and will be tried again", e);
    }
  }

  private static void log(String what, Throwable failure) {
    try {
      LOGGER.log(System.Logger.Level.WARNING, what, failure);
    } catch (OutOfMemoryError e) {
      // There is no memory for a log entry either.
    }
  }

  private synchronized boolean isMine() {
    return Thread.currentThread() == thread;
  }

  private void run() {
    long pause = INTERVAL.toNanos();
    while (isMine()) {
      LockSupport.parkNanos(pause);
      long began = System.nanoTime();
      if (isMine()) {
        lookOrLog();
      }
      pause = Math.max(INTERVAL.toNanos(), SHARE * (System.nanoTime() - began));
    }
  }

  /**
   * Why a goroutine that nothing can wake is not collected; null when it is. By default the JDK
   * refers to every virtual thread, for its own dumps.
   */
  public static @Nullable String unavailableBecause() {
    String track = System.getProperty("jdk.trackAllThreads");
    return track == null || track.isEmpty() || Boolean.parseBoolean(track)
        ? "the JDK holds every virtual thread: start the JVM with -Djdk.trackAllThreads=false"
        : null;
  }

  /**
   * Scans all waiting goroutines, runs the garbage collector, and returns which goroutines leaked,
   * now and earlier. Takes as long as a full collection.
   *
   * @return the leaks that were found since the process began
   */
  public static LeakedGoroutines collect() throws InterruptedException {
    return WATCH.collectAll();
  }

  /**
   * How many leaks were found since the process began. They are found whenever the collector runs.
   */
  public static int found() {
    WATCH.takeLeaked();
    synchronized (WATCH) {
      return WATCH.leaked.total();
    }
  }

  private LeakedGoroutines collectAll() throws InterruptedException {
    look(0);
    ReferenceQueue<Object> collected = new ReferenceQueue<>();
    PhantomReference<Object> canary = new PhantomReference<>(new Object(), collected);
    boolean ran;
    try {
      System.gc();
      ran = collected.remove(COLLECTION_MILLIS) == canary;
    } finally {
      Reference.reachabilityFence(canary);
    }
    for (Reference<?> each; (each = queue.remove(QUIET_MILLIS)) != null; ) {
      take(each);
    }
    synchronized (this) {
      return leaked.copy(ran);
    }
  }

  /**
   * Records where those goroutines wait that have waited for this long and are not recorded yet.
   */
  private void look(long shortest) {
    long now = System.nanoTime();
    Inspection.waiting((waiting, entry, stoppedAt) -> {
      if (entry.times().isHeld() && now - stoppedAt >= shortest) {
        record(waiting, entry, stoppedAt);
      }
    });
  }

  private void record(Thread waiting, Tracked<Thread> entry, long stoppedAt) {
    StackTraceElement[] stack = waiting.getStackTrace();
    String kind = WaitReasons.kind(WaitReasons.of(waiting, stack));
    if (entry.times().stoppedAt() != stoppedAt || stack.length == 0) {
      return; // It has run since then.
    }
    WaitPlace place = new WaitPlace(kind, entry.label(), Stacks.trim(stack));
    WaitRecord.make(waiting, entry, stoppedAt, only(place), queue);
  }

  private synchronized WaitPlace only(WaitPlace place) {
    WaitPlace known = places.putIfAbsent(place, place);
    return known == null ? place : known;
  }

  private void takeLeaked() {
    for (Reference<?> each; (each = queue.poll()) != null; ) {
      take(each);
    }
  }

  private synchronized void take(Reference<?> enqueued) {
    if (enqueued instanceof WaitRecord record && record.provesLeak()) {
      WaitPlace place = (WaitPlace) record.where();
      leaked.add(place, record.entry().since());
    }
  }
}
