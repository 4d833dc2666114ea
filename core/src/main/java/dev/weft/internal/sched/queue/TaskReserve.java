package dev.weft.internal.sched.queue;

import dev.weft.internal.sync.FailureLog;
import dev.weft.internal.sys.Jdk;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Places for tasks that become ready while the heap is full: allocated in advance, and unordered.
 *
 * <pre>
 *   place: null --add--> task --poll--> null
 * </pre>
 *
 * <p>{@link #count} rises before a task is placed and falls after one is taken, so a reader that
 * sees 0 has not missed a task whose {@code add} has returned.
 */
final class TaskReserve {
  static {
    FailureLog.resolve(Math.class, Jdk.class);
  }

  private final AtomicReferenceArray<@Nullable Runnable> places;
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicInteger next = new AtomicInteger();

  TaskReserve(int size) {
    places = new AtomicReferenceArray<>(size);
  }

  /** Adds a task; while all places are taken, waits for one. */
  void add(Runnable task) {
    count.incrementAndGet();
    while (!place(task)) {
      Jdk.yieldCarrier(); // parking would consume the permit of the calling thread
    }
  }

  private boolean place(Runnable task) {
    int start = next.getAndIncrement();
    for (int i = 0; i < places.length(); i++) {
      int at = Math.floorMod(start + i, places.length());
      if (places.get(at) == null && places.compareAndSet(at, null, task)) {
        return true;
      }
    }
    return false;
  }

  @Nullable Runnable poll() {
    for (int i = 0; count.get() > 0 && i < places.length(); i++) {
      Runnable task = places.get(i) == null ? null : places.getAndSet(i, null);
      if (task != null) {
        count.decrementAndGet();
        return task;
      }
    }
    return null;
  }

  int size() {
    return count.get();
  }
}
