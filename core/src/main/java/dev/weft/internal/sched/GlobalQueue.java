package dev.weft.internal.sched;

import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The queue of tasks that are in no processor's ring: readied by foreign threads, by machines
 * without a processor, or by a processor whose ring was full.
 *
 * <p>Adding never fails: a task that could not be queued would be a goroutine that never runs
 * again. When there is no memory for a node, the task goes to the {@link TaskReserve}.
 *
 * <p>Lock-free, because a machine whose priority was lowered may be descheduled anywhere, and must
 * not take a lock with it.
 */
final class GlobalQueue {
  static {
    FailureLog.resolve(OutOfMemoryError.class);
  }

  /** How many tasks the processors move into their rings at once, all together. */
  private static final int BATCH = RunQueue.CAPACITY / 4;

  /** Goroutines that can become ready, beyond the rings, while there is no memory at all. */
  private static final int RESERVED = 8192;

  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final TaskReserve reserve = new TaskReserve(RESERVED);

  void add(Runnable task) {
    try {
      tasks.add(task);
    } catch (OutOfMemoryError e) {
      reserve.add(task);
    }
  }

  /** Uses the reserve, as when the heap is full. */
  void rehearse() {
    reserve.add(() -> {});
  }

  /** Takes one from the reserve first, which holds the older ones once memory is back. */
  @Nullable Runnable poll() {
    Runnable reserved = reserve.size() == 0 ? null : reserve.poll();
    return reserved != null ? reserved : tasks.poll();
  }

  /** Takes the oldest task, and moves a few of its followers into {@code ring}. */
  @Nullable Runnable grab(RunQueue ring, int processors) {
    Runnable first = poll();
    if (first == null) {
      return null;
    }
    for (int i = BATCH / processors; i > 0; i--) {
      Runnable task = tasks.poll();
      if (task == null) {
        break;
      }
      if (!ring.offer(task)) {
        add(task);
        break;
      }
    }
    return first;
  }

  boolean isEmpty() {
    return tasks.isEmpty() && reserve.size() == 0;
  }

  /** Counts the waiting tasks by walking them. */
  int size() {
    return tasks.size() + reserve.size();
  }
}
