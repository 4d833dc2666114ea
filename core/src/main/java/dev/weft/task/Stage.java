package dev.weft.task;

import dev.weft.chan.Chan;
import dev.weft.chan.Selector;
import dev.weft.task.Pipeline.Failure;
import dev.weft.task.Pipeline.StageStats;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One stage of a running pipeline: a queue, and workers whose number follows its length.
 *
 * <p>A goroutine that puts an item in and finds the queue half full adds a worker, up to the
 * maximum; a worker beyond the minimum that had nothing to do for a while leaves.
 *
 * @param <Q> what the queue holds
 */
abstract class Stage<Q> implements Sink {
  private static final Duration IDLE = Duration.ofMillis(500);

  final PipelineRun run;
  final Sink next;
  final Chan<Q> queue;
  private final String name;
  private final Step<Object, Object> step;
  private final StageOptions options;
  private final int growAt;
  private final AtomicInteger workers = new AtomicInteger();
  private final LongAdder processed = new LongAdder();
  private final LongAdder filtered = new LongAdder();
  private final LongAdder failed = new LongAdder();

  Stage(PipelineRun run, Sink next, String name, Step<Object, Object> step, StageOptions options) {
    this.run = run;
    this.next = next;
    this.name = name;
    this.step = step;
    this.options = options;
    this.queue = Chan.buffered(options.buffer());
    this.growAt = Math.max(1, options.buffer() / 2);
  }

  @Override
  public final String name() {
    return name;
  }

  void start() {
    for (int i = 0; i < options.minWorkers(); i++) {
      addWorker();
    }
  }

  /** Adds a worker if the queue is long and there may be one more. */
  final void growIfBehind() {
    if (queue.size() >= growAt && workers.get() < options.maxWorkers()) {
      addWorker();
    }
  }

  private void addWorker() {
    if (!count()) {
      return;
    }
    boolean started = false;
    try {
      started = run.group.tryGo(this::work);
    } finally {
      if (!started) {
        leave(queue.isEnded());
      }
    }
  }

  /** Counts one more worker if there may be one; the count never exceeds the maximum. */
  private boolean count() {
    while (true) {
      int current = workers.get();
      if (current >= options.maxWorkers()) {
        return false;
      }
      if (workers.compareAndSet(current, current + 1)) {
        return true;
      }
    }
  }

  /**
   * Takes back a count, also that of a worker which could not be started: the last one to leave
   * after the end of the queue ends the stage.
   */
  private void leave(boolean ended) {
    if (workers.decrementAndGet() == 0 && ended) {
      lastWorkerEnded();
    }
  }

  private void work() throws Exception {
    boolean retired = false;
    boolean ended = false;
    try {
      Selector selector = new Selector();
      Selector.Receive<Q> received = selector.receive(queue);
      selector.receive(Objects.requireNonNull(run.context.done()));
      while (!run.context.isCancelled()) {
        int chosen = selector.await(IDLE);
        if (chosen == received.index()) {
          Q entry = received.value();
          if (entry == null) {
            ended = true;
            return;
          }
          handle(entry);
        } else if (chosen == Selector.NONE && retire()) {
          retired = true;
          return;
        }
      }
    } catch (InterruptedException e) {
      if (!run.context.isCancelled()) {
        throw e;
      }
    } finally {
      if (!retired) {
        leave(ended);
      }
    }
  }

  private boolean retire() {
    int current = workers.get();
    return current > options.minWorkers() && workers.compareAndSet(current, current - 1);
  }

  /**
   * Works on one entry of the queue, so that its item is passed on, or told as failed, or handed
   * back.
   */
  abstract void handle(Q entry) throws Exception;

  abstract void lastWorkerEnded();

  /**
   * Applies the step.
   *
   * @return the result; null if there is none to pass on
   * @throws Exception if the item is to be handed back, as the pipeline stops or has to
   */
  final @Nullable Object apply(Object item) throws Exception {
    try {
      Object result = step.apply(item);
      (result == null ? filtered : processed).increment();
      return result;
    } catch (Throwable e) {
      if (run.isStop(e)) {
        throw e;
      }
      failed.increment();
      run.failed(new Failure(name, item, e));
      return null;
    }
  }

  final StageStats stats() {
    return new StageStats(
        name, workers.get(), queue.size(), processed.sum(), filtered.sum(), failed.sum());
  }
}
