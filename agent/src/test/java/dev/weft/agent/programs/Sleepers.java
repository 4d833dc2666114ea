package dev.weft.agent.programs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Sleeps, parks for a time and waits for monitors in virtual threads. */
public final class Sleepers {
  public static void main(String[] args) throws Exception {
    ConcurrentLinkedQueue<Integer> woken = new ConcurrentLinkedQueue<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> sleepers = new ArrayList<>();
      for (int millis : new int[] {300, 200, 100}) {
        sleepers.add(
            threads.submit(() -> {
              Thread.sleep(millis);
              return woken.add(millis);
            }));
      }
      Thread parked =
          Thread.startVirtualThread(() -> LockSupport.parkNanos(TimeUnit.HOURS.toNanos(1)));
      while (parked.getState() != Thread.State.TIMED_WAITING) {
        Thread.yield();
      }
      LockSupport.unpark(parked);
      parked.join();
      for (Future<?> sleeper : sleepers) {
        sleeper.get();
      }
    }
    System.out.println("woken " + woken);
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
}
