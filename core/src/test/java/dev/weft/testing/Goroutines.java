package dev.weft.testing;

import dev.weft.Task;
import dev.weft.Weft;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;

/**
 * The goroutines of one test. {@link #close} waits for all of them, and fails the test with the
 * first failure of those that were not joined.
 *
 * <p>When one fails the others are interrupted, since they may wait for it for ever.
 */
public final class Goroutines implements AutoCloseable {
  private final ThreadFactory threads;
  private final List<Running<?>> all = new ArrayList<>();

  public Goroutines() {
    this(Weft.threadFactory());
  }

  /** Others than goroutines of {@link Weft}. */
  public Goroutines(ThreadFactory threads) {
    this.threads = threads;
  }

  /** Starts a goroutine with nothing to answer. */
  public Running<Void> go(Task body) {
    return start(() -> {
      body.run();
      return null;
    });
  }

  /** Starts a goroutine with a result. */
  public <V> Running<V> start(Callable<V> body) {
    Running<V> running = new Running<>(body, this::interruptAll);
    synchronized (all) {
      all.add(running);
    }
    running.startIn(threads);
    return running;
  }

  private void interruptAll() {
    for (Running<?> running : started()) {
      running.thread().interrupt();
    }
  }

  private List<Running<?>> started() {
    synchronized (all) {
      return List.copyOf(all);
    }
  }

  /** Waits for all, and throws the first failure, the others suppressed. */
  @Override
  public void close() throws Exception {
    Throwable first = null;
    for (Running<?> running : started()) {
      Throwable failure = running.unseenFailure();
      if (failure != null && first == null) {
        first = failure;
      } else if (failure != null && failure != first) {
        first.addSuppressed(failure);
      }
    }
    if (first != null) {
      throw new AssertionError("a goroutine failed: " + first, first);
    }
  }
}
