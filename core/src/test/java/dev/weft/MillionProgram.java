package dev.weft;

import static dev.weft.testing.Eventually.eventually;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Starts as many goroutines as it is told, waits until every one of them is parked, wakes them all
 * and waits for their ends.
 */
final class MillionProgram {
  /**
   * Rounds with few goroutines come first. Otherwise the compiler, which has never seen one wake
   * up, makes code that has to be undone for each of the million.
   */
  private static final int WARM_UPS = 20;

  private static final int FEW = 2_000;

  private final Thread[] all;
  private final AtomicInteger parking = new AtomicInteger();
  private final AtomicInteger woken = new AtomicInteger();
  private volatile boolean released;

  private MillionProgram(int count) {
    all = new Thread[count];
  }

  public static void main(String[] arguments) throws Exception {
    for (int i = 0; i < WARM_UPS; i++) {
      var few = new MillionProgram(FEW);
      few.startAndPark();
      few.wakeAndEnd();
    }
    var many = new MillionProgram(Integer.parseInt(arguments[0]));
    long finished = Weft.stats().goroutines().finished();
    long begin = System.nanoTime();
    System.out.println("parkedAtOnce=" + many.startAndPark());
    print("millisToPark", begin);
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    System.out.println("heapInUse=" + (runtime.totalMemory() - runtime.freeMemory()));
    begin = System.nanoTime();
    many.wakeAndEnd();
    print("millisToEnd", begin);
    var stats = Weft.stats();
    System.out.println(
        "finished=" + (stats.goroutines().finished() - finished - 1)); // but for the waker
    System.out.println("live=" + stats.goroutines().live());
    System.out.println("machines=" + stats.machines().alive());
  }

  private int startAndPark() throws Exception {
    for (int i = 0; i < all.length; i++) {
      all[i] = Weft.go(this::park);
    }
    eventually("all are about to park", () -> parking.get() == all.length);
    int parked = 0;
    for (Thread thread : all) {
      eventually("the goroutine is parked", () -> thread.getState() == Thread.State.WAITING);
      parked++;
    }
    return parked;
  }

  private void wakeAndEnd() throws Exception {
    released = true;
    Weft.go(
            () -> {
              for (Thread thread : all) {
                LockSupport.unpark(thread);
              }
            })
        .join();
    eventually("all have gone on", () -> woken.get() == all.length);
    eventually("all have ended", () -> Weft.stats().goroutines().live() == 0);
  }

  private void park() {
    parking.incrementAndGet();
    while (!released) {
      LockSupport.park();
    }
    woken.incrementAndGet();
  }

  private static void print(String name, long begin) {
    System.out.println(name + "=" + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
  }
}
