package dev.weft.agent.programs.outcomes;

import static dev.weft.agent.programs.outcomes.Outcomes.awaitState;
import static dev.weft.agent.programs.outcomes.Outcomes.on;
import static dev.weft.agent.programs.outcomes.Outcomes.print;
import static dev.weft.agent.programs.outcomes.Outcomes.sum;
import static dev.weft.agent.programs.outcomes.Outcomes.takes;
import static dev.weft.agent.programs.outcomes.Outcomes.thrown;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;

/** {@code synchronized}, {@code Object.wait}, and the initialization of classes. */
final class MonitorOutcomes {
  private static int counter;

  private MonitorOutcomes() {}

  static void run() throws Exception {
    print("contended monitor", MonitorOutcomes::contended);
    print("sleep in a monitor", MonitorOutcomes::sleepInside);
    print("blocked state", MonitorOutcomes::blockedState);
    print("wait with a timeout", () -> takes(20, MonitorOutcomes::waitsAlone));
    print("wait storm", () -> sum(2_000, MonitorOutcomes::waitsAlone));
    print("notify", MonitorOutcomes::notifyOne);
    print("notifyAll with timeouts", MonitorOutcomes::notifyAllOfThem);
    print("interrupted wait", MonitorOutcomes::interruptedWait);
    print("wait without the monitor", () -> thrown(MonitorOutcomes::waitWithoutMonitor));
    print("class initializer that waits", MonitorOutcomes::slowInitializers);
    print("class initializer that throws", MonitorOutcomes::failingInitializer);
  }

  private static int contended() throws Exception {
    Object monitor = new Object();
    counter = 0;
    sum(
        200,
        () -> {
          for (int i = 0; i < 100; i++) {
            synchronized (monitor) {
              counter++;
              if (i % 25 == 0) {
                Thread.yield();
              }
            }
          }
          return 0;
        });
    return counter;
  }

  private static int sleepInside() throws Exception {
    Object monitor = new Object();
    return sum(
        20,
        () -> {
          synchronized (monitor) {
            Thread.sleep(1);
            synchronized (monitor) {
              Thread.sleep(1);
            }
          }
          return 1;
        });
  }

  private static String blockedState() throws Exception {
    Object monitor = new Object();
    Thread thread;
    synchronized (monitor) {
      thread =
          Thread.startVirtualThread(() -> {
            synchronized (monitor) {
              counter = 0;
            }
          });
      awaitState(thread, Thread.State.BLOCKED);
    }
    thread.join();
    return thread.getState().toString();
  }

  private static int waitsAlone() throws InterruptedException {
    Object monitor = new Object();
    synchronized (monitor) {
      monitor.wait(20);
    }
    return 1;
  }

  private static String notifyOne() throws Exception {
    Object monitor = new Object();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Thread thread = Thread.startVirtualThread(() -> waitFor(monitor, 0));
      awaitState(thread, Thread.State.WAITING);
      threads.add(thread);
    }
    synchronized (monitor) {
      monitor.notify();
    }
    while (threads.stream().allMatch(Thread::isAlive)) {
      Thread.yield();
    }
    long ended = threads.stream().filter(thread -> !thread.isAlive()).count();
    synchronized (monitor) {
      monitor.notify();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return ended + " of 2, then both";
  }

  private static String notifyAllOfThem() throws Exception {
    Object monitor = new Object();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      threads.add(Thread.startVirtualThread(() -> waitFor(monitor, 3_600_000)));
    }
    for (Thread thread : threads) {
      awaitState(thread, Thread.State.TIMED_WAITING);
    }
    synchronized (monitor) {
      monitor.notifyAll();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return "all woken";
  }

  private static void waitFor(Object monitor, long millis) {
    synchronized (monitor) {
      try {
        monitor.wait(millis);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static String interruptedWait() throws Exception {
    Object monitor = new Object();
    Thread me = Thread.currentThread();
    Future<Boolean> interrupter =
        on(() -> {
          awaitState(me, Thread.State.TIMED_WAITING);
          synchronized (monitor) {
            me.interrupt();
          }
          return true;
        });
    String thrown =
        thrown(() -> {
          synchronized (monitor) {
            monitor.wait(3_600_000);
            return null;
          }
        });
    return thrown + " " + interrupter.get() + " " + Thread.interrupted();
  }

  private static Object waitWithoutMonitor() throws InterruptedException {
    Object monitor = new Object();
    monitor.wait(1);
    return monitor;
  }

  /** Its initializer waits, pinned, while others wait for it. */
  private static final class Slow {
    static final CountDownLatch BEGAN = new CountDownLatch(1);

    static final class Initialized {
      static final int VALUE;

      static {
        BEGAN.countDown();
        thrown(() -> {
          Thread.sleep(50);
          return null;
        });
        VALUE = Integer.parseInt("7");
      }
    }
  }

  private static int slowInitializers() throws Exception {
    Future<Integer> first = on(() -> Slow.Initialized.VALUE);
    Slow.BEGAN.await();
    return first.get() + sum(5, () -> Slow.Initialized.VALUE);
  }

  private static final class Failing {
    static final int VALUE = Integer.parseInt("seven");
  }

  private static String failingInitializer() {
    return thrown(() -> Failing.VALUE) + ", " + thrown(() -> Failing.VALUE);
  }
}
