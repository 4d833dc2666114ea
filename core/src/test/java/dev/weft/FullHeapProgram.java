package dev.weft;

import dev.weft.context.Context;
import dev.weft.task.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Fills the heap while goroutines start, wake each other and outlast their time slices, lets go of
 * it, and then needs all of the runtime. Run with a small heap.
 */
final class FullHeapProgram {
  private static volatile Object @Nullable [] head;

  private FullHeapProgram() {}

  public static void main(String[] args) throws Exception {
    Weft.onUncaught((thread, failure) -> {});
    Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
      if (thread.getName().startsWith("weft-")) {
        System.out.println("ended: " + thread.getName());
      }
    });
    for (int round = 0; round < 3; round++) {
      Group group = Group.under(Context.background());
      CountDownLatch freed = new CountDownLatch(1);
      AtomicBoolean stop = new AtomicBoolean();
      List<Thread> hogs = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        hogs.add(
            Weft.go(() -> {
              while (!stop.get()) {
                burn(15);
                Thread.yield();
              }
            }));
      }
      for (int i = 0; i < 50; i++) {
        group.go(freed::await);
      }
      fill();
      try {
        for (int i = 0; i < 50; i++) {
          group.go(freed::await);
        }
      } catch (OutOfMemoryError e) {
        // This one was not started.
      }
      burn(100);
      head = null;
      freed.countDown();
      stop.set(true);
      try {
        group.join();
      } catch (ExecutionException e) {
        // Some could not go on without memory.
      }
      for (Thread hog : hogs) {
        hog.join();
      }
      checkPreemption();
    }
    System.out.println("works=1");
  }

  /** A goroutine runs beside one that computes: takes sysmon, two machines and a handoff. */
  private static void checkPreemption() throws InterruptedException {
    CountDownLatch computing = new CountDownLatch(1);
    AtomicBoolean stop = new AtomicBoolean();
    Thread hog =
        Weft.go(() -> {
          computing.countDown();
          while (!stop.get()) {
            Thread.onSpinWait();
          }
        });
    computing.await();
    Weft.go(() -> {}).join();
    stop.set(true);
    hog.join();
  }

  private static void fill() {
    for (int size = 1 << 16; size >= 2; size /= 2) {
      try {
        while (true) {
          Object[] more = new Object[size];
          more[0] = head;
          head = more;
        }
      } catch (OutOfMemoryError e) {
        // Smaller ones may still fit.
      }
    }
  }

  private static void burn(long millis) {
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < millis * 1_000_000) {
      Thread.onSpinWait();
    }
  }
}
