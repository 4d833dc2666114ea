package dev.weft.agent.programs;

import java.lang.reflect.Method;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinWorkerThread;

/** Prints whether a thread that waits in a {@code SynchronousQueue} would spin first. */
public final class HandOvers {
  private HandOvers() {}

  public static void main(String[] args) throws Exception {
    Method other = ForkJoinWorkerThread.class.getDeclaredMethod("hasKnownQueuedWork");
    other.setAccessible(true);
    System.out.println("a platform thread spins: " + other.invoke(null).equals(false));
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Object known = executor.submit(() -> other.invoke(null)).get();
      System.out.println("a virtual thread spins: " + known.equals(false));
    }
  }
}
