package dev.weft.agent.programs.outcomes;

import static dev.weft.agent.programs.outcomes.Outcomes.awaitState;
import static dev.weft.agent.programs.outcomes.Outcomes.print;
import static dev.weft.agent.programs.outcomes.Outcomes.takes;
import static dev.weft.agent.programs.outcomes.Outcomes.thrown;

import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Sleeps and timed parks. */
final class TimeOutcomes {
  private TimeOutcomes() {}

  static void run() throws Exception {
    print("sleep storm", TimeOutcomes::sleepStorm);
    print("interrupted sleep storm", TimeOutcomes::interruptedSleeps);
    print("sleep of nothing", () -> takes(0, () -> sleep(Duration.ZERO)));
    print("sleep of a negative time", () -> thrown(() -> sleep(Duration.ofSeconds(-1))));
    print("sleep of a negative number", () -> thrown(TimeOutcomes::sleepNegative));
    print("sleep of a nanosecond", () -> takes(0, () -> sleep(Duration.ofNanos(1))));
    print("park until", () -> takes(20, TimeOutcomes::parkUntil));
    print("longest park", TimeOutcomes::longestPark);
    print("longest sleep", TimeOutcomes::longestSleep);
    print("longest poll of a queue", TimeOutcomes::longestPoll);
    print("longest select", TimeOutcomes::longestSelect);
    print("pinned sleep", TimeOutcomes::pinnedSleep);
    print("awaited termination", TimeOutcomes::awaitTermination);
  }

  private static Object sleep(Duration time) throws InterruptedException {
    Thread.sleep(time);
    return true;
  }

  private static Object sleepNegative() throws InterruptedException {
    Thread.sleep(-1);
    return true;
  }

  /** How many of the threads slept their time. */
  private static int sleepStorm() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> sleepers = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        int millis = 1 + i % 50;
        sleepers.add(threads.submit(() -> takes(millis, () -> sleep(Duration.ofMillis(millis)))));
      }
      int slept = 0;
      for (Future<Boolean> sleeper : sleepers) {
        slept += sleeper.get() ? 1 : 0;
      }
      return slept;
    }
  }

  private static String interruptedSleeps() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> sleepers = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        sleepers.add(threads.submit(() -> thrown(() -> sleep(Duration.ofHours(1)))));
      }
      threads.shutdownNow();
      for (Future<String> sleeper : sleepers) {
        if (!sleeper.get().equals("InterruptedException")) {
          return sleeper.get();
        }
      }
      return "all interrupted";
    }
  }

  private static Object parkUntil() {
    long until = System.currentTimeMillis() + 25;
    while (System.currentTimeMillis() < until) {
      LockSupport.parkUntil(until);
    }
    return true;
  }

  private static String longestPark() throws Exception {
    Thread thread = Thread.startVirtualThread(() -> LockSupport.parkNanos(Long.MAX_VALUE));
    awaitState(thread, Thread.State.TIMED_WAITING);
    LockSupport.unpark(thread);
    thread.join();
    return "unparked";
  }

  private static String longestSleep() throws Exception {
    CompletableFuture<String> seen = new CompletableFuture<>();
    Thread thread =
        Thread.startVirtualThread(() -> seen.complete(thrown(TimeOutcomes::sleepForEver)));
    awaitState(thread, Thread.State.TIMED_WAITING);
    thread.interrupt();
    return seen.get();
  }

  private static Object sleepForEver() throws InterruptedException {
    Thread.sleep(Long.MAX_VALUE);
    return true;
  }

  private static String longestPoll() throws Exception {
    BlockingQueue<String> queue = new LinkedBlockingQueue<>();
    CompletableFuture<String> seen = new CompletableFuture<>();
    Thread thread =
        Thread.startVirtualThread(
            () -> seen.complete(thrown(() -> queue.poll(Long.MAX_VALUE, TimeUnit.DAYS))));
    awaitState(thread, Thread.State.TIMED_WAITING);
    queue.put("element");
    return seen.get();
  }

  private static String longestSelect() throws Exception {
    try (Selector selector = Selector.open()) {
      CompletableFuture<String> seen = new CompletableFuture<>();
      Thread thread =
          Thread.startVirtualThread(
              () -> seen.complete(thrown(() -> selector.select(Long.MAX_VALUE))));
      awaitWaiting(thread);
      selector.wakeup();
      return seen.get();
    }
  }

  /** The JDK's state for such a wait depends on the poller. */
  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.WAITING
        && thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.yield();
    }
  }

  /** The initializer's frames are native, so the thread keeps its carrier. */
  private static final class Pinned {
    static final String SLEPT =
        thrown(() -> takes(20, () -> TimeOutcomes.sleep(Duration.ofMillis(20))));
  }

  private static String pinnedSleep() {
    return Pinned.SLEPT;
  }

  private static String awaitTermination() throws Exception {
    var threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory());
    threads.submit(() -> sleep(Duration.ofHours(1)));
    threads.shutdown();
    boolean early = threads.awaitTermination(10, TimeUnit.MILLISECONDS);
    threads.shutdownNow();
    return early + ", " + threads.awaitTermination(50, TimeUnit.SECONDS);
  }
}
