package dev.weft.bench;

import dev.weft.bench.process.LoadProcess;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Turns Ctrl-C and SIGTERM into a request to finish: the current run is cut short, the results so
 * far are reported, and then the process ends.
 */
final class Interruption implements AutoCloseable {
  private static final int TIMEOUT_SECONDS = 60;

  private final CountDownLatch reported = new CountDownLatch(1);
  private final Thread hook = new Thread(this::interrupt, "weft-bench-stop");
  private volatile boolean requested;
  private volatile @Nullable LoadProcess load;

  Interruption() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** The process whose run is to be cut short. */
  void concerns(LoadProcess process) {
    load = process;
  }

  boolean isRequested() {
    return requested;
  }

  private void interrupt() {
    requested = true;
    LoadProcess process = load;
    try {
      if (process != null) {
        process.stop();
      }
      if (!reported.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("weft bench: gave up waiting for the run to stop");
      }
    } catch (IOException e) {
      // The load process has ended, and with it the run.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The report has been written: the process may end. */
  @Override
  public void close() {
    reported.countDown();
    if (!requested) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }
}
