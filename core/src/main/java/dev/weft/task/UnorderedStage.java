package dev.weft.task;

import dev.weft.chan.ChanClosedException;
import org.jspecify.annotations.Nullable;

/** A stage whose results leave as they come. With a single worker that is in order, too. */
final class UnorderedStage extends Stage<Object> {
  UnorderedStage(
      PipelineRun run, Sink next, String name, Step<Object, Object> step, StageOptions options) {
    super(run, next, name, step, options);
  }

  @Override
  public void put(Object item) throws InterruptedException {
    growIfBehind();
    queue.send(item, run.context);
  }

  @Override
  void handle(Object item) throws Exception {
    Object result;
    try {
      result = apply(item);
    } catch (Throwable e) {
      run.handBack(this, item);
      throw stopOr(e);
    }
    if (result != null) {
      deliver(result);
    }
  }

  private void deliver(Object result) throws Exception {
    try {
      next.put(result);
    } catch (Throwable e) {
      run.handBack(next, result);
      throw stopOr(e);
    }
  }

  /** The exception to end the worker with: a quiet one if the pipeline stops anyway. */
  private Exception stopOr(Throwable thrown) throws Exception {
    if (run.isStop(thrown)) {
      return new InterruptedException("the pipeline stops");
    }
    if (thrown instanceof Error error) {
      throw error;
    }
    return (Exception) thrown;
  }

  @Override
  void lastWorkerEnded() {
    next.end();
  }

  @Override
  public void end() {
    try {
      queue.close();
    } catch (ChanClosedException e) {
      // ended before
    }
  }

  @Override
  public void settle() {
    end();
    for (@Nullable Object item = queue.tryReceive(); item != null; item = queue.tryReceive()) {
      run.handBack(this, item);
    }
  }
}
