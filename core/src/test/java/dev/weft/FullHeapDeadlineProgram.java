package dev.weft;

import dev.weft.context.CancellableContext;
import dev.weft.context.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets deadlines come while the heap is full, so that no goroutine for their callbacks can be made.
 * Prints how many callbacks have not run after memory is back.
 */
final class FullHeapDeadlineProgram {
  private static final int CONTEXTS = 20;
  private static final int TIMEOUT_MILLIS = 1000;
  private static final int PATIENCE_MILLIS = 30_000;

  private FullHeapDeadlineProgram() {}

  public static void main(String[] args) throws Exception {
    List<CancellableContext> contexts = new ArrayList<>();
    AtomicInteger told = new AtomicInteger();
    for (int i = 0; i < CONTEXTS; i++) {
      contexts.add(Context.background().withTimeout(Duration.ofMillis(TIMEOUT_MILLIS)));
      contexts.get(i).afterFunc(told::incrementAndGet);
    }
    FullHeapProgram.fill();
    FullHeapProgram.letGoIn(2 * TIMEOUT_MILLIS);
    for (int waited = 0; told.get() < CONTEXTS && waited < PATIENCE_MILLIS; waited++) {
      Thread.sleep(1);
    }
    System.out.println("untold=" + (CONTEXTS - told.get()));
  }
}
