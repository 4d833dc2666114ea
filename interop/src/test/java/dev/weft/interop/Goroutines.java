package dev.weft.interop;

import dev.weft.Weft;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** Runs the same work in many goroutines. */
final class Goroutines {
  private Goroutines() {}

  /** Returns when all have ended; fails as the first that failed. */
  static void run(int count, Callable<?> work) throws Exception {
    try (ExecutorService goroutines = Weft.executor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        all.add(goroutines.submit(work));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
  }
}
