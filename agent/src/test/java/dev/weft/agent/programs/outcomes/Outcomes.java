package dev.weft.agent.programs.outcomes;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Runs each operation on a virtual thread, and prints what it returned or threw. */
public final class Outcomes {
  private static final ExecutorService THREADS = Executors.newVirtualThreadPerTaskExecutor();

  private Outcomes() {}

  public static void main(String[] args) throws Exception {
    ThreadOutcomes.run();
    MonitorOutcomes.run();
    TimeOutcomes.run();
    SynchronizerOutcomes.run();
    CallOutcomes.run();
    System.out.println("all");
    System.exit(0);
  }

  static void print(String name, Callable<?> operation) throws Exception {
    String outcome;
    try {
      outcome = String.valueOf(on(operation).get(60, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      outcome = "threw " + cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }
    System.out.println(name + ": " + outcome);
  }

  static <T> Future<T> on(Callable<T> operation) {
    return THREADS.submit(operation);
  }

  /** The sum of what {@code count} threads return. */
  static int sum(int count, Callable<Integer> operation) throws Exception {
    List<Future<Integer>> futures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      futures.add(on(operation));
    }
    int sum = 0;
    for (Future<Integer> future : futures) {
      sum += future.get();
    }
    return sum;
  }

  static void awaitState(Thread thread, Thread.State state) {
    while (thread.getState() != state) {
      Thread.yield();
    }
  }

  /** Whether the operation took at least that long, which it may exceed. */
  static boolean takes(long millis, Callable<?> operation) throws Exception {
    long began = System.nanoTime();
    operation.call();
    return System.nanoTime() - began >= TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** The name of what the operation throws. */
  static String thrown(Callable<?> operation) {
    try {
      return "returned " + operation.call();
    } catch (Throwable e) {
      return e.getClass().getSimpleName();
    }
  }
}
