package dev.weft.task;

import dev.weft.chan.SendChan;
import dev.weft.context.Context;
import dev.weft.task.Pipeline.Failure;
import dev.weft.task.Pipeline.Leftover;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The state that the stages of a running pipeline share. */
final class PipelineRun {
  final Group group;
  final Context context;
  private final @Nullable Consumer<Failure> onFailure;
  private final @Nullable SendChan<Failure> deadLetters;
  private final List<Leftover> leftovers = new ArrayList<>();

  PipelineRun(
      Context parent,
      @Nullable Consumer<Failure> onFailure,
      @Nullable SendChan<Failure> deadLetters) {
    this.group = Group.under(parent);
    this.context = group.context();
    this.onFailure = onFailure;
    this.deadLetters = deadLetters;
  }

  /**
   * Reports whether the exception is how an operation ends that the stop of the pipeline
   * interrupted.
   */
  boolean isStop(Throwable thrown) {
    return context.isCancelled()
        && (thrown instanceof InterruptedException || thrown instanceof CancellationException);
  }

  /**
   * Deals with an item that a step failed for. Without a handler that ends the pipeline.
   *
   * @throws Exception the failure itself if no handler is set, or an exception that says that the
   *     pipeline is stopped
   */
  void failed(Failure failure) throws Exception {
    if (deadLetters != null) {
      deadLetters.send(failure, context);
    } else if (onFailure != null) {
      onFailure.accept(failure);
    } else if (failure.exception() instanceof Error error) {
      throw error;
    } else {
      throw (Exception) failure.exception();
    }
  }

  void handBack(Sink wouldBeNext, Object item) {
    synchronized (leftovers) {
      leftovers.add(new Leftover(wouldBeNext.name(), item));
    }
  }

  List<Leftover> leftovers() {
    synchronized (leftovers) {
      return List.copyOf(leftovers);
    }
  }
}
