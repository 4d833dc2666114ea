package dev.weft.internal.sched;

import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Where tasks wait that no processor's ring holds: readied by foreign threads, by machines without
 * a processor, or by a processor whose ring was full.
 *
 * <p>Lock-free, because a machine whose priority was lowered may be descheduled anywhere, and must
 * not take a lock with it.
 */
final class GlobalQueue {
  /** How many tasks the processors move into their rings at once, all together. */
  private static final int BATCH = RunQueue.CAPACITY / 4;

  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  void add(Runnable task) {
    tasks.add(task);
  }

  @Nullable Runnable poll() {
    return tasks.poll();
  }

  /** Takes the oldest task, and moves a few of its followers into {@code ring}. */
  @Nullable Runnable grab(RunQueue ring, int processors) {
    Runnable first = tasks.poll();
    if (first == null) {
      return null;
    }
    for (int i = BATCH / processors; i > 0; i--) {
      Runnable task = tasks.poll();
      if (task == null) {
        break;
      }
      if (!ring.offer(task)) {
        tasks.add(task);
        break;
      }
    }
    return first;
  }

  boolean isEmpty() {
    return tasks.isEmpty();
  }

  /** Counts the waiting tasks by walking them. */
  int size() {
    return tasks.size();
  }
}
