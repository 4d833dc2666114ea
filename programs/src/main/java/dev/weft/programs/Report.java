package dev.weft.programs;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs checks one by one and prints a line about each. */
final class Report {
  /** The code of a check. */
  interface Check {
    void run() throws Exception;
  }

  private static final long LIMIT_SECONDS = 90;

  private int failures;

  /** Runs a check on a virtual thread; one that does not end in time has failed. */
  void check(String name, Check check) throws InterruptedException {
    Callable<Boolean> body =
        () -> {
          check.run();
          return true;
        };
    FutureTask<Boolean> task = new FutureTask<>(body);
    Thread thread = Thread.ofVirtual().name(name).start(task);
    try {
      task.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      System.out.println("ok      " + name);
    } catch (ExecutionException e) {
      failed(name, Objects.requireNonNullElse(e.getCause(), e));
    } catch (TimeoutException e) {
      AssertionError late = new AssertionError("did not end within " + LIMIT_SECONDS + " s");
      late.setStackTrace(thread.getStackTrace());
      failed(name, late);
    }
  }

  private void failed(String name, Throwable reason) {
    failures++;
    System.out.println("FAILED  " + name + ": " + reason);
    reason.printStackTrace();
  }

  int failures() {
    return failures;
  }

  static void require(boolean condition, String message) {
    if (!condition) {
      throw new AssertionError(message);
    }
  }
}
