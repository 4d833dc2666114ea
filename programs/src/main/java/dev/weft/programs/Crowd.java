package dev.weft.programs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs the same work on many virtual threads. */
final class Crowd {
  /** Work that is told its number. */
  interface Work {
    void run(int number) throws Exception;
  }

  private Crowd() {}

  /** Returns when all have ended; fails as the first that failed. */
  static void run(int count, Work work) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        all.add(
            threads.submit(() -> {
              work.run(number);
              return null;
            }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
  }
}
