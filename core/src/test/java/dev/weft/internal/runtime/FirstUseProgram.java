package dev.weft.internal.runtime;

import dev.weft.Weft;
import dev.weft.chan.Chan;
import dev.weft.chan.Selector;
import dev.weft.context.Context;
import dev.weft.net.Pipe;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Uses parts of Weft for the first time at the end of a goroutine's stack, and once more with
 * enough of it. Prints how many parts cannot be used any more.
 */
final class FirstUseProgram {
  private interface Use {
    void run() throws Exception;
  }

  private static final List<Use> USES =
      List.of(
          () -> Chan.buffered(1).trySend(1),
          () -> new Selector().await(Duration.ZERO),
          () -> Context.background().withCancel().cancel(),
          () -> Pipe.open().first().close());

  private FirstUseProgram() {}

  public static void main(String[] args) throws Exception {
    Weft.go(() -> {}).join();
    int lost = 0;
    for (Use use : USES) {
      Weft.go(
              () -> {
                try {
                  descend(use);
                } catch (StackOverflowError e) {
                  // It was not used.
                }
              })
          .join();
      AtomicInteger used = new AtomicInteger();
      Weft.go(
              () -> {
                use.run();
                used.incrementAndGet();
              })
          .join();
      lost += 1 - used.get();
    }
    System.out.println("lost=" + lost);
  }

  /** Tries at each depth on the way back, until there is stack enough. */
  @SuppressWarnings("InfiniteRecursion") // on purpose
  private static void descend(Use use) throws Exception {
    try {
      descend(use);
    } catch (StackOverflowError e) {
      use.run();
    }
  }
}
