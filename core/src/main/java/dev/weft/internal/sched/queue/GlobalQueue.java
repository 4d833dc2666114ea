package dev.weft.internal.sched.queue;

import dev.weft.internal.sync.FailureLog;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The queue of tasks that are in no processor's run queue: made ready by other threads, by machines
 * without a processor, or by a processor whose run queue was full.
 *
 * <p>Adding never fails: a task that could not be queued would be a goroutine that never runs
 * again. When there is no memory for a node, the task goes to the {@link TaskReserve}.
 *
 * <p>Lock-free, because a machine whose priority was lowered may be descheduled anywhere, and must
 * not take a lock with it.
 */
public final class GlobalQueue {
  static {
    FailureLog.resolve(OutOfMemoryError.class);
  }

  /** How many tasks all processors together move into their run queues at a time. */
  private static final int BATCH = RunQueue.CAPACITY / 4;

  /**
   * The number of goroutines beyond the run queues that can become ready while there is no memory.
   */
  private static final int RESERVED = 8192;

  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final TaskReserve reserve = new TaskReserve(RESERVED);

  public void add(Runnable task) {
    try {
      tasks.add(task);
    } catch (OutOfMemoryError e) {
      reserve.add(task);
    }
  }

  /** Runs the code path of a full heap once, so that the JVM links it. */
  public void warmUp() {
    reserve.add(() -> {});
  }

  /** Takes from the reserve first: it has the older tasks once memory is available again. */
  public @Nullable Runnable poll() {
    Runnable reserved = reserve.size() == 0 ? null : reserve.poll();
    return reserved != null ? reserved : tasks.poll();
  }

  /** Takes the oldest task, and moves a few of the next ones into {@code ring}. */
  public @Nullable Runnable grab(RunQueue ring, int processors) {
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

  public boolean isEmpty() {
    return tasks.isEmpty() && reserve.size() == 0;
  }

  /** Counts the waiting tasks by walking them. */
  public int size() {
    return tasks.size() + reserve.size();
  }
}
