package dev.weft;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Fills the heap as soon as the first goroutines have been started, and lets the memory go. Prints
 * how many goroutines of those and of later ones did not end.
 */
final class FullHeapAtStartProgram {
  private static final int GOROUTINES = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private FullHeapAtStartProgram() {}

  public static void main(String[] args) throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < GOROUTINES; i++) {
      threads.add(Weft.go(() -> {}));
    }
    FullHeapProgram.fillFor(50);
    threads.add(Weft.go(() -> Weft.sleep(Duration.ofMillis(1))));
    int lost = 0;
    for (Thread thread : threads) {
      if (!thread.join(lost == 0 ? PATIENCE : Duration.ZERO)) {
        lost++;
      }
    }
    System.out.println("lost=" + lost);
  }
}
