package dev.weft;

import dev.weft.chan.Chan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets the times of {@link Chan#after} and {@link Chan#tick} come while the heap is full. Prints
 * how many goroutines still wait for theirs after memory is back.
 */
final class FullHeapTickProgram {
  private static final int GOROUTINES = 10;
  private static final Duration TIME = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private FullHeapTickProgram() {}

  public static void main(String[] args) throws Exception {
    receiveAll(Duration.ofMillis(1), false);
    System.out.println("waiting=" + receiveAll(TIME, true));
    System.exit(0);
  }

  private static int receiveAll(Duration time, boolean fillsHeap) throws InterruptedException {
    List<Thread> waiting = new ArrayList<>();
    for (int i = 0; i < GOROUTINES; i++) {
      waiting.add(Weft.go(() -> Chan.after(time).receive()));
      waiting.add(Weft.go(() -> Chan.tick(time).receive()));
    }
    if (fillsHeap) {
      FullHeapProgram.fillFor(2 * (int) time.toMillis());
    }
    int left = 0;
    for (Thread each : waiting) {
      left += each.join(left == 0 ? PATIENCE : Duration.ZERO) ? 0 : 1;
    }
    return left;
  }
}
