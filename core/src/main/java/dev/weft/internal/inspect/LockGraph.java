package dev.weft.internal.inspect;

import dev.weft.internal.sys.ThreadLocks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The tracked goroutines and platform threads that wait for locks, and the threads that own these
 * locks: monitors, and the locks of {@code java.util.concurrent} that have one owner. The JVM's own
 * search for deadlocks sees platform threads only.
 *
 * <p>The threads are examined one after the other, so what a graph shows need not have been true at
 * one moment; {@link #deadlocks} returns what is certain.
 */
public final class LockGraph {
  /** The maximum number of threads that are searched for owners of monitors. */
  private static final int MAX_SNAPSHOTS = 20_000;

  /**
   * A thread that waits for a lock.
   *
   * @param stoppedAt when it last stopped, {@link dev.weft.internal.track.RunTimes#NOT_STOPPED}
   *     where that is not known
   * @param isTimed whether its wait has a time limit
   */
  public record Waiter(
      Thread thread,
      Object lock,
      long stoppedAt,
      boolean isTimed,
      List<StackTraceElement> stack,
      @Nullable Thread owner) {
    /** The lock's class and its identity, as the JDK's dumps name it. */
    public String lockName() {
      return lock.getClass().getName().replace("$NonfairSync", "").replace("$FairSync", "")
          + "@"
          + Integer.toHexString(System.identityHashCode(lock));
    }

    private boolean isSameWait(Waiter other) {
      return thread == other.thread
          && lock == other.lock
          && owner == other.owner
          && stoppedAt == other.stoppedAt;
    }
  }

  private record Blocked(Thread thread, Object lock, long stoppedAt, boolean isTimed) {}

  private final Map<Thread, Waiter> waiters = new HashMap<>();
  private final boolean isWhole;

  private LockGraph(boolean isWhole) {
    this.isWhole = isWhole;
  }

  /** Why locks cannot be seen; null when they can. */
  public static @Nullable String unavailableBecause() {
    return ThreadLocks.unavailableBecause();
  }

  /** Looks at all threads that wait for locks. Stops none of them. Only where available. */
  public static LockGraph take() {
    List<Blocked> blocked = new ArrayList<>();
    Set<Thread> others = new LinkedHashSet<>();
    Set<Object> monitors = Collections.newSetFromMap(new IdentityHashMap<>());
    Map<Thread, ThreadLocks.Snapshot> snapshots = new HashMap<>();
    Inspection.goroutines(goroutine ->
        look(goroutine.thread(), goroutine.stoppedAt(), blocked, others, monitors, snapshots));
    for (Thread thread : platformThreads()) {
      look(thread, 0, blocked, others, monitors, snapshots);
    }
    IdentityHashMap<Object, Thread> owners = new IdentityHashMap<>();
    snapshots.forEach((thread, snapshot) -> own(thread, snapshot, monitors, owners));
    boolean isWhole = true;
    for (Thread thread : others) {
      if (owners.size() == monitors.size()) {
        break;
      }
      if (snapshots.size() >= MAX_SNAPSHOTS) {
        isWhole = false;
        break;
      }
      ThreadLocks.Snapshot snapshot = ThreadLocks.of(thread);
      if (snapshot != null) {
        snapshots.put(thread, snapshot);
        own(thread, snapshot, monitors, owners);
      }
    }
    LockGraph graph = new LockGraph(isWhole);
    for (Blocked each : blocked) {
      Thread owner =
          each.lock instanceof AbstractOwnableSynchronizer lock
              ? ThreadLocks.owner(lock)
              : owners.get(each.lock);
      ThreadLocks.Snapshot snapshot = snapshots.get(each.thread);
      StackTraceElement[] stack =
          snapshot == null
              ? each.thread.getStackTrace()
              : snapshot.stack().toArray(StackTraceElement[]::new);
      if (owner != null || !(each.lock instanceof AbstractOwnableSynchronizer)) {
        graph.waiters.put(
            each.thread,
            new Waiter(
                each.thread, each.lock, each.stoppedAt, each.isTimed, Stacks.trim(stack), owner));
      }
    }
    return graph;
  }

  private static void look(
      Thread thread,
      long stoppedAt,
      List<Blocked> blocked,
      Set<Thread> others,
      Set<Object> monitors,
      Map<Thread, ThreadLocks.Snapshot> snapshots) {
    Thread.State state = thread.getState();
    if (state == Thread.State.BLOCKED) {
      ThreadLocks.Snapshot snapshot = ThreadLocks.of(thread);
      if (snapshot != null && snapshot.monitor() != null) {
        snapshots.put(thread, snapshot);
        monitors.add(snapshot.monitor());
        blocked.add(new Blocked(thread, snapshot.monitor(), stoppedAt, false));
        return;
      }
    }
    boolean isTimed = state == Thread.State.TIMED_WAITING;
    if ((isTimed || state == Thread.State.WAITING)
        && LockSupport.getBlocker(thread) instanceof AbstractOwnableSynchronizer lock) {
      blocked.add(new Blocked(thread, lock, stoppedAt, isTimed));
    }
    if (thread != Thread.currentThread()) {
      others.add(thread);
    }
  }

  private static void own(
      Thread thread,
      ThreadLocks.Snapshot snapshot,
      Set<Object> monitors,
      IdentityHashMap<Object, Thread> owners) {
    for (Object each : snapshot.owned()) {
      if (monitors.contains(each)) {
        owners.put(each, thread);
      }
    }
  }

  private static List<Thread> platformThreads() {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    for (ThreadGroup parent; (parent = group.getParent()) != null; ) {
      group = parent;
    }
    Thread[] all = new Thread[2 * group.activeCount() + 16]; // an estimate
    return List.of(Arrays.copyOf(all, group.enumerate(all)));
  }

  /** All that wait for locks. */
  public Collection<Waiter> waiters() {
    return waiters.values();
  }

  /** False when there were too many threads to find the owners of all monitors. */
  public boolean isWhole() {
    return isWhole;
  }

  /**
   * Returns the cycles of threads in which each waits, without a time limit, for a lock that the
   * next one owns, as found here and in an earlier graph. Goroutines of Weft's scheduler have not
   * run in between, so all these waits were under way at the same time: none of them ends, unless a
   * thread is interrupted at a wait that can be. Other threads are only known to have waited for
   * the same lock both times.
   */
  public List<List<Waiter>> deadlocks(LockGraph earlier) {
    Map<Thread, Waiter> stable = new HashMap<>();
    waiters.forEach((thread, now) -> {
      Waiter then = earlier.waiters.get(thread);
      if (then != null && now.isSameWait(then) && !now.isTimed) {
        stable.put(thread, now);
      }
    });
    List<List<Waiter>> cycles = new ArrayList<>();
    Set<Thread> seen = new LinkedHashSet<>();
    for (Waiter first : stable.values()) {
      List<Waiter> path = new ArrayList<>();
      Set<Thread> onPath = new LinkedHashSet<>();
      Waiter at = first;
      while (at != null && seen.add(at.thread)) {
        path.add(at);
        onPath.add(at.thread);
        at = at.owner == null ? null : stable.get(at.owner);
      }
      if (at != null && onPath.contains(at.thread)) {
        Thread start = at.thread;
        int from = 0;
        while (path.get(from).thread != start) {
          from++;
        }
        cycles.add(List.copyOf(path.subList(from, path.size())));
      }
    }
    return cycles;
  }
}
