package dev.weft.internal.poll.file;

import dev.weft.internal.sys.RuntimeThreads;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Platform threads that make blocking calls for goroutines and are never interrupted. */
final class FileThreads {
  private static final int MAX_THREADS = 16;
  private static final long IDLE_SECONDS = 10;

  private static final ThreadPoolExecutor THREADS =
      new ThreadPoolExecutor(
          MAX_THREADS,
          MAX_THREADS,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          Thread.ofPlatform().group(RuntimeThreads.GROUP).daemon().name("weft-file-", 0).factory());

  static {
    THREADS.allowCoreThreadTimeOut(true);
  }

  private FileThreads() {}

  /**
   * Makes the call on such a thread and waits for its end. An interrupt does not end the wait,
   * because the call uses the caller's memory.
   */
  static <T> T call(Callable<T> call) throws IOException {
    Future<T> future = THREADS.submit(call);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new AssertionError(e);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
