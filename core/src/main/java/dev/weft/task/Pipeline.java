package dev.weft.task;

import dev.weft.Weft;
import dev.weft.chan.Chan;
import dev.weft.chan.ChanClosedException;
import dev.weft.chan.ReceiveChan;
import dev.weft.chan.SendChan;
import dev.weft.context.CancellableContext;
import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stages joined by bounded channels, each with workers of its own. A stage that falls behind makes
 * the one before it wait, and so on up to {@link #send}.
 *
 * <pre>{@code
 * var pipeline =
 *     Pipeline.<Path>builder()
 *         .stage("read", Files::readString, unordered().withWorkers(1, 8))
 *         .stage("parse", Parser::parse, inOrder().withWorkers(2))
 *         .deadLetters(failures)
 *         .start(Context.current());
 * for (Path path : paths) pipeline.send(path);    // in one goroutine
 * pipeline.finish();
 * for (Document d : pipeline.out()) index(d);     // in another
 * }</pre>
 *
 * <p>No item accepted by {@code send} is lost when the pipeline is stopped, fails, or its context
 * is cancelled: its result comes out, or a step failed for it and that was told, or it is among the
 * {@link #leftovers()}. The steps under way are interrupted; a step that ends by that hands its
 * item back.
 *
 * <p>A running pipeline is safe for use by any number of threads; a builder is not.
 *
 * @param <I> the type of the items of the first stage
 * @param <O> what comes out
 */
public final class Pipeline<I, O> implements AutoCloseable {
  /** A step failed for an item of the named stage. */
  public record Failure(String stage, Object item, Throwable exception) {}

  /** An item that the named stage would have worked on next; for {@code "out"}, a result. */
  public record Leftover(String stage, Object item) {}

  /**
   * Statistics of a stage. The figures are read one after the other, not at one moment.
   *
   * @param stage its name
   * @param workers how many goroutines it has now
   * @param queued how many items wait for it
   * @param processed how many items it has produced a result for
   * @param filtered how many items it has filtered out
   * @param failed how many items its step has failed for
   */
  public record StageStats(
      String stage, int workers, int queued, long processed, long filtered, long failed) {}

  private final CancellableContext scope;
  private final PipelineRun run;
  private final List<Stage<?>> stages;
  private final Sink entry;
  private final Output<O> output;
  private final CountDownLatch settled = new CountDownLatch(1);

  private volatile boolean stopped;
  private volatile @Nullable Exception failure;

  private Pipeline(
      CancellableContext scope,
      PipelineRun run,
      List<Stage<?>> stages,
      Sink entry,
      Output<O> output) {
    this.scope = scope;
    this.run = run;
    this.stages = stages;
    this.entry = entry;
    this.output = output;
  }

  /** Returns a builder of a pipeline without stages. */
  public static <T> Builder<T, T> builder() {
    return new Builder<>();
  }

  /**
   * Adds an item, waiting while the first stage's buffer is full.
   *
   * @throws InterruptedException if interrupted while waiting; the item was not accepted
   * @throws CancelledException if the pipeline is stopped first; the item was not accepted
   * @throws ChanClosedException if {@link #finish()} was called; the item was not accepted
   */
  public void send(I item) throws InterruptedException {
    entry.put(Objects.requireNonNull(item, "item"));
  }

  /** Closes the input: the items in the pipeline are processed, and then {@link #out()} ends. */
  public void finish() {
    entry.end();
  }

  /**
   * Returns the channel of results. It ends after the last result, or when the pipeline has
   * stopped.
   */
  public ReceiveChan<O> out() {
    return output.channel.receiveOnly();
  }

  /**
   * Waits until the pipeline has ended: it was finished and all results have left its last stage,
   * or it failed or was stopped. Another goroutine must receive the results meanwhile, because the
   * pipeline waits for that.
   *
   * @throws ExecutionException if a step failed and there was no handler for it
   * @throws CancelledException if the context was cancelled
   * @throws InterruptedException if interrupted while waiting; the pipeline continues
   */
  public void join() throws InterruptedException, ExecutionException {
    settled.await();
    switch (failure) {
      case ExecutionException e -> throw new ExecutionException(e.getMessage(), e.getCause());
      case CancelledException e when !stopped -> throw e;
      case null, default -> {
        // It ended well, or by stop().
      }
    }
  }

  /**
   * Stops the pipeline: accepts no more items, interrupts the running steps, and returns the items
   * that were accepted and not completed. Waits for the steps to end; if interrupted, stops
   * waiting, leaves the interrupt status set, and returns the items known so far.
   *
   * @return the same as {@link #leftovers()}
   */
  public List<Leftover> stop() {
    stopped = true;
    scope.cancel();
    try {
      settled.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return leftovers();
  }

  /**
   * Returns the items that were not completed, with the stage that would have processed them;
   * complete once the pipeline has ended.
   */
  public List<Leftover> leftovers() {
    return run.leftovers();
  }

  /** Stops the pipeline as {@link #stop()}; has no effect on a pipeline that has ended. */
  @Override
  public void close() {
    stop();
  }

  /** Returns the statistics of the stages, in their order. Never blocks. */
  public List<StageStats> stats() {
    List<StageStats> all = new ArrayList<>();
    for (Stage<?> stage : stages) {
      all.add(stage.stats());
    }
    return all;
  }

  private void start() {
    stages.reversed().forEach(Stage::start);
    Weft.go("pipeline", this::supervise);
  }

  private void supervise() {
    try (scope) {
      run.group.join();
    } catch (ExecutionException | CancelledException e) {
      failure = e;
    } catch (InterruptedException e) {
      throw new AssertionError("this goroutine is not known to others", e);
    } finally {
      run.group.close();
      stages.forEach(Stage::settle);
      output.end();
      settled.countDown();
    }
  }

  /** The way out of the last stage. */
  private record Output<O>(PipelineRun run, Chan<O> channel) implements Sink {
    @Override
    public String name() {
      return "out";
    }

    @Override
    @SuppressWarnings("unchecked") // The builder's types connect the stages.
    public void put(Object item) throws InterruptedException {
      channel.send((O) item, run.context);
    }

    @Override
    public void end() {
      try {
        channel.close();
      } catch (ChanClosedException e) {
        // ended before
      }
    }

    @Override
    public void settle() {
      // Results in the channel can still be received.
    }
  }

  /**
   * Builds a pipeline, stage by stage. Each method returns the builder to continue with.
   *
   * @param <I> the type of the items of the first stage
   * @param <O> the type of the results of the last stage so far
   */
  public static final class Builder<I, O> {
    private record Plan(String name, Step<Object, Object> step, StageOptions options) {}

    private final List<Plan> plans = new ArrayList<>();
    private @Nullable Consumer<Failure> onFailure;
    private @Nullable SendChan<Failure> deadLetters;
    private int outputBuffer = 1;

    private Builder() {}

    /** Adds a stage of one worker. */
    public <R> Builder<I, R> stage(String name, Step<? super O, ? extends R> step) {
      return stage(name, step, StageOptions.inOrder());
    }

    /** Adds a stage. */
    @SuppressWarnings(
        "unchecked") // Only objects of type O get to this step; this is what I and O record.
    public <R> Builder<I, R> stage(
        String name, Step<? super O, ? extends R> step, StageOptions options) {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(step, "step");
      plans.add(new Plan(name, (Step<Object, Object>) (Step<?, ?>) step, options));
      return (Builder<I, R>) this;
    }

    /**
     * Passes failures to a handler, which runs in the worker; otherwise the first failure ends the
     * pipeline.
     */
    public Builder<I, O> onFailure(Consumer<Failure> handler) {
      onFailure = Objects.requireNonNull(handler, "handler");
      return this;
    }

    /** Sends failures to a channel; the worker waits while that has no room. */
    public Builder<I, O> deadLetters(SendChan<Failure> channel) {
      deadLetters = Objects.requireNonNull(channel, "channel");
      return this;
    }

    /** Sets how many results may wait to be received; the default is 1. */
    public Builder<I, O> outputBuffer(int results) {
      outputBuffer = results;
      return this;
    }

    /**
     * Starts a pipeline with these stages, which is stopped when the context is cancelled.
     *
     * @throws IllegalStateException if there are no stages, or both ways to handle failures
     */
    public Pipeline<I, O> start(Context context) {
      if (plans.isEmpty()) {
        throw new IllegalStateException("a pipeline needs a stage; add one with stage(...)");
      }
      if (onFailure != null && deadLetters != null) {
        throw new IllegalStateException("set onFailure(...) or deadLetters(...), not both");
      }
      CancellableContext scope = context.withCancel();
      PipelineRun run = new PipelineRun(scope, onFailure, deadLetters);
      Output<O> output = new Output<>(run, Chan.buffered(outputBuffer));
      List<Stage<?>> stages = new ArrayList<>();
      Sink next = output;
      for (Plan plan : plans.reversed()) {
        Stage<?> stage =
            plan.options.ordered() && plan.options.maxWorkers() > 1
                ? new OrderedStage(run, next, plan.name, plan.step, plan.options)
                : new UnorderedStage(run, next, plan.name, plan.step, plan.options);
        stages.addFirst(stage);
        next = stage;
      }
      Pipeline<I, O> pipeline = new Pipeline<>(scope, run, stages, next, output);
      pipeline.start();
      return pipeline;
    }
  }
}
