package dev.weft.agent.programs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Sleeps, parks for a time and waits for monitors in virtual threads. */
public final class Sleepers {
  public static void main(String[] args) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> sleepers = new ArrayList<>();
      for (int millis : new int[] {30, 20, 10}) {
        sleepers.add(threads.submit(() -> sleepsItsTime(millis)));
      }
      Thread parked =
          Thread.startVirtualThread(() -> LockSupport.parkNanos(TimeUnit.HOURS.toNanos(1)));
      while (parked.getState() != Thread.State.TIMED_WAITING) {
        Thread.yield();
      }
      LockSupport.unpark(parked);
      parked.join();
      for (Future<Boolean> sleeper : sleepers) {
        System.out.println("slept its time: " + sleeper.get());
      }
    }
    boolean timerThread =
        Thread.getAllStackTraces().keySet().stream()
            .anyMatch(thread -> thread.getName().equals("VirtualThread-unparker"));
    System.out.println("timer thread of the JDK: " + timerThread);
    Thread waiting =
        Thread.startVirtualThread(() -> {
          Object monitor = new Object();
          synchronized (monitor) {
            try {
              monitor.wait(20);
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          }
        });
    waiting.join();
    System.out.println("waited");
  }

  private static boolean sleepsItsTime(int millis) throws InterruptedException {
    long began = System.nanoTime();
    Thread.sleep(millis);
    return System.nanoTime() - began >= TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
