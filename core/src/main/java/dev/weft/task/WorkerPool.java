package dev.weft.task;

import dev.weft.Task;
import dev.weft.Weft;
import dev.weft.chan.Chan;
import dev.weft.chan.ChanClosedException;
import dev.weft.context.Context;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/**
 * A fixed number of goroutines that work through a bounded queue of tasks.
 *
 * <p>The methods differ in what happens when the queue is full: {@link #enqueue(Task)} waits,
 * {@link #enqueue(Task, Duration)} waits for a time, {@link #tryEnqueue} rejects, {@link
 * #enqueueDroppingOldest} makes room, {@link #enqueueOrRun} runs the task on the calling thread.
 * Every task that was accepted is run, unless it is handed back by one of these methods or by
 * {@link #stop()}.
 *
 * <p>A task runs with the {@link Context#current() context} of the thread that enqueued it. All
 * methods are safe for use by any number of threads.
 */
public final class WorkerPool implements AutoCloseable {
  private record Job(Task task, Context context) {}

  private final Chan<Job> queue;
  private final int workers;
  private final BiConsumer<Task, Throwable> onFailure;
  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch allEnded;

  private final AtomicInteger busy = new AtomicInteger();
  private final LongAdder accepted = new LongAdder();
  private final LongAdder completed = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder ranInCaller = new LongAdder();

  /**
   * Statistics of a pool. The figures are read one after the other, not at one moment.
   *
   * @param workers how many goroutines it has
   * @param busy how many of them run a task now
   * @param queued how many tasks wait
   * @param accepted how many tasks were taken on, with those run by their callers
   * @param completed how many tasks ended normally
   * @param failed how many tasks ended with an exception
   * @param rejected how many tasks were not taken on, as the queue was full or the pool stopped
   * @param dropped how many tasks were taken out of the queue again, for others or at a stop
   * @param ranInCaller how many of the accepted tasks were run by their callers
   */
  public record Stats(
      int workers,
      int busy,
      int queued,
      long accepted,
      long completed,
      long failed,
      long rejected,
      long dropped,
      long ranInCaller) {}

  /**
   * Creates a pool that logs the failures of its tasks.
   *
   * @param workers how many goroutines; 1 or more
   * @param queueCapacity how many tasks may wait; 1 or more
   */
  public WorkerPool(int workers, int queueCapacity) {
    this(
        workers,
        queueCapacity,
        (task, failure) ->
            System.getLogger("dev.weft")
                .log(Level.ERROR, "task " + task + " of a worker pool", failure));
  }

  /**
   * Creates a pool that passes each failed task and its exception to a handler, in the goroutine
   * that ran the task.
   *
   * @param workers how many goroutines; 1 or more
   * @param queueCapacity how many tasks may wait; 1 or more
   */
  public WorkerPool(int workers, int queueCapacity, BiConsumer<Task, ? super Throwable> onFailure) {
    if (workers < 1 || queueCapacity < 1) {
      throw new IllegalArgumentException(
          "a worker pool needs 1 or more workers and places in its queue, but was given "
              + workers
              + " and "
              + queueCapacity);
    }
    this.workers = workers;
    this.onFailure = Objects.requireNonNull(onFailure, "onFailure")::accept;
    queue = Chan.buffered(queueCapacity);
    allEnded = new CountDownLatch(workers);
    for (int i = 0; i < workers; i++) {
      threads.add(Weft.go(() -> Context.background().run(this::work)));
    }
  }

  private void work() {
    try {
      while (runNext()) {
        // until the queue is closed and empty
      }
    } finally {
      allEnded.countDown();
    }
  }

  /** False when there is nothing more to run. A worker outlives everything that a task can do. */
  private boolean runNext() {
    Job job;
    try {
      job = queue.receive();
    } catch (InterruptedException e) {
      return true; // Meant for a task that has ended since.
    } catch (OutOfMemoryError e) {
      yieldForMemory();
      return true;
    }
    if (job != null) {
      busy.incrementAndGet();
      try {
        run(job);
      } catch (Throwable e) {
        // It could not even be told.
      } finally {
        busy.decrementAndGet();
      }
    }
    return job != null;
  }

  /** There is no memory to wait with; others may free some. */
  private static void yieldForMemory() {
    try {
      Weft.yield();
    } catch (OutOfMemoryError e) {
      Thread.onSpinWait(); // Yielding takes memory as well.
    }
  }

  private void run(Job job) {
    try {
      job.context.call(() -> {
        job.task.run();
        return true;
      });
      completed.increment();
    } catch (Throwable e) {
      failed.increment();
      tell(job.task, e);
    }
  }

  private void tell(Task task, Throwable failure) {
    try {
      onFailure.accept(task, failure);
    } catch (Throwable e) {
      if (e != failure) { // The JVM throws one OutOfMemoryError again and again.
        e.addSuppressed(failure);
      }
      System.getLogger("dev.weft").log(Level.ERROR, "failure handler of a worker pool", e);
    }
  }

  /**
   * Adds a task to the queue; waits while the queue is full.
   *
   * @throws InterruptedException if interrupted on entry or while waiting; the task was not
   *     accepted
   * @throws RejectedExecutionException if the pool is stopped
   */
  public void enqueue(Task task) throws InterruptedException {
    try {
      queue.send(job(task));
      accepted.increment();
    } catch (ChanClosedException e) {
      throw stopped(e);
    } catch (InterruptedException e) {
      rejected.increment();
      throw e;
    }
  }

  /**
   * Adds a task to the queue; waits while the queue is full, but no longer than the given time.
   *
   * @throws TimeoutException if the time passes first; the task was not accepted
   * @throws InterruptedException if interrupted on entry or while waiting; the task was not
   *     accepted
   * @throws RejectedExecutionException if the pool is stopped
   */
  public void enqueue(Task task, Duration timeout) throws InterruptedException, TimeoutException {
    try {
      queue.send(job(task), timeout);
      accepted.increment();
    } catch (ChanClosedException e) {
      throw stopped(e);
    } catch (InterruptedException | TimeoutException e) {
      rejected.increment();
      throw e;
    }
  }

  /**
   * Adds a task to the queue unless the queue is full. Never blocks.
   *
   * @return whether the task was accepted
   * @throws RejectedExecutionException if the pool is stopped
   */
  public boolean tryEnqueue(Task task) {
    boolean sent = offer(job(task));
    (sent ? accepted : rejected).increment();
    return sent;
  }

  /**
   * Adds a task to the queue, and takes the oldest tasks out of the queue if that is full. Never
   * blocks.
   *
   * @return the tasks that will not be run: those taken out, and also the given one if the pool is
   *     stopped after a task was taken out and before the given one is in
   * @throws RejectedExecutionException if the pool is stopped
   */
  public List<Task> enqueueDroppingOldest(Task task) {
    Job job = job(task);
    List<Task> removed = new ArrayList<>();
    try {
      while (!offer(job)) {
        Job oldest = queue.tryReceive();
        if (oldest != null) {
          dropped.increment();
          removed.add(oldest.task);
        }
      }
      accepted.increment();
    } catch (RejectedExecutionException e) {
      if (removed.isEmpty()) {
        throw e;
      }
      removed.add(task);
    }
    return removed;
  }

  /**
   * Adds a task to the queue, or runs it at once on the calling thread if the queue is full. A
   * failure is passed to the pool's handler in both cases.
   *
   * @throws RejectedExecutionException if the pool is stopped
   */
  public void enqueueOrRun(Task task) {
    Job job = job(task);
    boolean sent = offer(job);
    accepted.increment();
    if (!sent) {
      ranInCaller.increment();
      run(job);
    }
  }

  private static Job job(Task task) {
    return new Job(Objects.requireNonNull(task, "task"), Context.current());
  }

  private boolean offer(Job job) {
    try {
      return queue.trySend(job);
    } catch (ChanClosedException e) {
      throw stopped(e);
    }
  }

  private RejectedExecutionException stopped(ChanClosedException cause) {
    rejected.increment();
    return new RejectedExecutionException(
        "the worker pool is stopped and takes no more tasks", cause);
  }

  /**
   * Accepts no more tasks, and waits until all accepted ones have been run. May be called again, as
   * after an interrupt.
   *
   * @throws InterruptedException if interrupted while waiting; the tasks are run all the same
   */
  public void drain() throws InterruptedException {
    closeQueue();
    allEnded.await();
  }

  /**
   * Accepts no more tasks, interrupts those that run, and waits for them to end; if interrupted,
   * stops waiting and leaves the interrupt status set.
   *
   * @return the tasks that were accepted and not begun, in their order
   */
  public List<Task> stop() {
    closeQueue();
    List<Task> handedBack = new ArrayList<>();
    for (Job job = queue.tryReceive(); job != null; job = queue.tryReceive()) {
      dropped.increment();
      handedBack.add(job.task);
    }
    threads.forEach(Thread::interrupt);
    try {
      allEnded.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return handedBack;
  }

  private void closeQueue() {
    try {
      queue.close();
    } catch (ChanClosedException e) {
      // was stopped before
    }
  }

  /** Drains the pool. An interrupt does not end the wait, and the interrupt status stays set. */
  @Override
  public void close() {
    boolean interrupted = false;
    while (true) {
      try {
        drain();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the pool's statistics. Never blocks. */
  public Stats stats() {
    return new Stats(
        workers,
        busy.get(),
        queue.size(),
        accepted.sum(),
        completed.sum(),
        failed.sum(),
        rejected.sum(),
        dropped.sum(),
        ranInCaller.sum());
  }
}
