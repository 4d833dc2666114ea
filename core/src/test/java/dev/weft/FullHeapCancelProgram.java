package dev.weft;

import dev.weft.context.CancellableContext;
import dev.weft.context.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Cancels contexts for the first time while the heap is full. Prints how many cancellations did not
 * throw, and how many of the derived contexts and of the callbacks have not been told.
 */
final class FullHeapCancelProgram {
  private static final int CONTEXTS = 20;
  private static final int PATIENCE_MILLIS = 30_000;

  private FullHeapCancelProgram() {}

  public static void main(String[] args) throws Exception {
    List<CancellableContext> contexts = new ArrayList<>();
    List<Context> derived = new ArrayList<>();
    AtomicInteger told = new AtomicInteger();
    for (int i = 0; i < CONTEXTS; i++) {
      contexts.add(Context.background().withTimeout(Duration.ofHours(1)));
      derived.add(contexts.get(i).withCancel());
      derived.get(i).afterFunc(told::incrementAndGet);
    }
    FullHeapProgram.fill();
    int cancelled = 0;
    for (int i = 0; i < CONTEXTS; i++) {
      try {
        contexts.get(i).cancel();
        cancelled++;
      } catch (OutOfMemoryError e) {
        // Counted: it must not take memory.
      }
    }
    FullHeapProgram.letGoIn(0);
    int untold = 0;
    for (int i = 0; i < CONTEXTS; i++) {
      if (contexts.get(i).isCancelled() && !derived.get(i).isCancelled()) {
        untold++;
      }
    }
    for (int waited = 0; told.get() < cancelled && waited < PATIENCE_MILLIS; waited++) {
      Thread.sleep(1); // Some may run in goroutines.
    }
    System.out.println("cancelled=" + cancelled);
    System.out.println("untold=" + untold);
    System.out.println("callbacks=" + (cancelled - told.get()));
  }
}
