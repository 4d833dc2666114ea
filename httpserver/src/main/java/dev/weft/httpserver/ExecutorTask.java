package dev.weft.httpserver;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The handling of a request by the executor of a server.
 *
 * <pre>
 *   QUEUED --the executor runs it--> TAKEN, until the handler returns
 *   QUEUED --withdraw--> WITHDRAWN: the executor, when it comes to it, does nothing
 * </pre>
 *
 * A handler that has begun is always waited for, because it uses the exchange.
 */
final class ExecutorTask implements Runnable {
  private enum State {
    QUEUED,
    TAKEN,
    WITHDRAWN
  }

  private final Callable<?> handling;
  private final AtomicReference<State> state = new AtomicReference<>(State.QUEUED);

  /** Whether the handler has run. */
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

  ExecutorTask(Callable<?> handling) {
    this.handling = handling;
  }

  @Override
  public void run() {
    if (!state.compareAndSet(State.QUEUED, State.TAKEN)) {
      return;
    }
    try {
      handling.call();
      ended.complete(true);
    } catch (Throwable e) {
      ended.completeExceptionally(e);
    }
  }

  /** Ends a task that the executor has not begun; it may never do so. */
  void withdraw() {
    if (state.compareAndSet(State.QUEUED, State.WITHDRAWN)) {
      ended.complete(false);
    }
  }

  /**
   * Waits until the handler has returned, or the task is withdrawn.
   *
   * @return whether the handler has run
   * @throws ExecutionException with what the handler has thrown
   */
  boolean await() throws InterruptedException, ExecutionException {
    return ended.get();
  }
}
