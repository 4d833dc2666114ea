package dev.weft.debug.internal.leak;

import dev.weft.Weft;
import dev.weft.debug.internal.goroutine.GoroutineText;
import dev.weft.internal.inspect.LockGraph;
import dev.weft.internal.inspect.LockGraph.Waiter;
import dev.weft.internal.inspect.Stacks;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;

/** Deadlocks, and locks that threads wait for, with what the owner does meanwhile. */
public final class Locks {
  /**
   * The pause between the two graphs that distinguish a deadlock from threads that make progress.
   */
  private static final Duration PAUSE = Duration.ofMillis(50);

  /** The maximum number of waiters of one lock that are listed with their stacks. */
  private static final int MAX_WAITERS = 20;

  private Locks() {}

  /** Writes what two graphs show. */
  public static void write(Appendable out) throws IOException, InterruptedException {
    String why = LockGraph.unavailableBecause();
    if (why != null) {
      out.append("# deadlocks cannot be found: ").append(why).append("\n");
      return;
    }
    LockGraph first = Weft.blocking(LockGraph::take);
    LockGraph second = first;
    if (!first.waiters().isEmpty()) {
      Weft.sleep(PAUSE);
      second = Weft.blocking(LockGraph::take);
    }
    List<List<Waiter>> cycles = second.deadlocks(first);
    out.append("deadlocks: ").append(String.valueOf(cycles.size())).append("\n");
    long now = System.nanoTime();
    for (List<Waiter> cycle : cycles) {
      out.append("\ndeadlock of ").append(String.valueOf(cycle.size()));
      out.append(" threads, each of which waits for a lock that the next one owns\n");
      for (Waiter each : cycle) {
        write(each, now, out);
      }
    }
    contended(second, now, out);
  }

  private static void write(Waiter waiter, long now, Appendable out) throws IOException {
    out.append(ThreadNames.of(waiter.thread())).append(" waits for ").append(waiter.lockName());
    out.append(ThreadNames.since(waiter.stoppedAt(), now)).append("\n");
    GoroutineText.stack(waiter.stack(), out);
  }

  private static void contended(LockGraph graph, long now, Appendable out) throws IOException {
    IdentityHashMap<Object, List<Waiter>> byLock = new IdentityHashMap<>();
    for (Waiter each : graph.waiters()) {
      byLock.computeIfAbsent(each.lock(), _ -> new ArrayList<>()).add(each);
    }
    List<List<Waiter>> all = new ArrayList<>(byLock.values());
    all.sort(Comparator.<List<Waiter>>comparingInt(List::size).reversed());
    out.append("\nlocks that threads wait for: ").append(String.valueOf(all.size())).append("\n");
    if (!graph.isWhole()) {
      out.append("# not all owners of monitors were searched for: there are too many threads\n");
    }
    for (List<Waiter> waiters : all) {
      Waiter any = waiters.getFirst();
      out.append("\n").append(String.valueOf(waiters.size())).append(" wait for ");
      out.append(any.lockName());
      Thread owner = any.owner();
      if (owner == null) {
        out.append(", whose owner is not known\n");
      } else {
        StackTraceElement[] stack = owner.getStackTrace();
        out.append(", which is owned by ");
        out.append(ThreadNames.withState(owner, List.of(stack))).append("\n");
        GoroutineText.stack(Stacks.trim(stack), out);
      }
      for (Waiter each : waiters.subList(0, Math.min(MAX_WAITERS, waiters.size()))) {
        write(each, now, out);
      }
    }
  }
}
