package dev.weft;

import dev.weft.internal.sched.Clock;
import dev.weft.task.WorkerPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Fills the heap while goroutines wait, wakes them, and lets the memory go. A goroutine may end
 * with an OutOfMemoryError then, but none may be lost. Prints how many were.
 */
public final class FullHeapProgram {
  private static final int ROUNDS = 3;
  private static final int WAITERS = 50;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static Object @Nullable [] filling;

  private FullHeapProgram() {}

  public static void main(String[] args) throws Exception {
    int lost = 0;
    var pool = new WorkerPool(2, 4);
    for (int round = 0; round < ROUNDS; round++) {
      var ready = new CountDownLatch(WAITERS);
      var start = new CountDownLatch(1);
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < WAITERS; i++) {
        threads.add(
            Weft.go(() -> {
              ready.countDown();
              start.await();
              spin(2);
            }));
        threads.add(Weft.go(() -> Weft.sleep(Duration.ofMillis(20))));
        threads.add(Weft.go(() -> parkAgainAndAgain(start)));
      }
      pool.enqueue(start::await);
      pool.enqueue(start::await);
      ready.await();
      fill();
      start.countDown();
      letGoIn(100);
      for (Thread thread : threads) {
        if (!thread.join(lost == 0 ? PATIENCE : Duration.ZERO)) {
          lost++;
        }
      }
      Thread next = Weft.go(() -> {});
      if (!next.join(PATIENCE)) {
        lost++;
      }
    }
    var ran = new AtomicInteger();
    for (int i = 0; i < 4; i++) {
      pool.enqueue(ran::incrementAndGet);
    }
    pool.drain();
    System.out.println("lost=" + lost);
    System.out.println("ran=" + ran);
  }

  /** Parks for a time as Weft's waits do, also while the heap is full. */
  private static void parkAgainAndAgain(CountDownLatch start) {
    for (int after = 0; after < 1000; after += start.getCount() == 0 ? 1 : 0) {
      try {
        Clock.parkNanos(start, 100_000);
      } catch (OutOfMemoryError e) {
        // no timer, and so no wait
      }
    }
  }

  static void fillFor(int millis) {
    fill();
    letGoIn(millis);
  }

  public static void letGoIn(int millis) {
    spin(millis);
    filling = null;
    System.gc(); // An allocation that waited for another thread's collection fails without one.
  }

  public static void fill() {
    for (int size = 1 << 16; size >= 2; size /= 2) {
      try {
        while (true) {
          Object[] more = new Object[size];
          more[0] = filling;
          filling = more;
        }
      } catch (OutOfMemoryError e) {
        // smaller ones
      }
    }
  }

  private static void spin(int millis) {
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < millis * 1_000_000L) {
      Thread.onSpinWait();
    }
  }
}
