package dev.weft;

import dev.weft.context.Context;
import dev.weft.task.Group;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * Lets the members of a group fail while the heap is full, before any group of the process has
 * ended. Prints how many joins did not return.
 */
final class FullHeapGroupProgram {
  private static final int MEMBERS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static volatile boolean open;

  private FullHeapGroupProgram() {}

  public static void main(String[] args) throws Exception {
    Group group = Group.under(Context.background());
    CountDownLatch ready = new CountDownLatch(MEMBERS);
    for (int i = 0; i < MEMBERS; i++) {
      IllegalStateException failure = new IllegalStateException("member " + i);
      group.go(() -> {
        ready.countDown();
        while (!open) {
          Thread.onSpinWait();
        }
        throw failure;
      });
    }
    Thread joining =
        new Thread(() -> {
          try {
            group.join();
          } catch (Throwable e) {
            // As its members.
          }
        });
    joining.setDaemon(true);
    joining.start();
    ready.await();
    FullHeapProgram.fill();
    open = true;
    FullHeapProgram.letGoIn(1000);
    System.out.println("waiting=" + (joining.join(PATIENCE) ? 0 : 1));
    System.exit(0);
  }
}
