package dev.weft.agent.programs.outcomes;

import static dev.weft.agent.programs.outcomes.Outcomes.on;
import static dev.weft.agent.programs.outcomes.Outcomes.print;
import static dev.weft.agent.programs.outcomes.Outcomes.sum;
import static dev.weft.agent.programs.outcomes.Outcomes.thrown;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Exchanger;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** {@code java.util.concurrent}, with and without timeouts. */
final class SynchronizerOutcomes {
  private static final int MESSAGES = 20_000;

  private SynchronizerOutcomes() {}

  static void run() throws Exception {
    print("fair lock", SynchronizerOutcomes::fairLock);
    print("condition", SynchronizerOutcomes::condition);
    print("semaphore", SynchronizerOutcomes::semaphore);
    print("barrier", SynchronizerOutcomes::barrier);
    print("exchanger", SynchronizerOutcomes::exchanger);
    print("synchronous queue", () -> transferred(new SynchronousQueue<>()));
    print("queue of one", () -> transferred(new ArrayBlockingQueue<>(1)));
    print("future's timeout", SynchronizerOutcomes::futureTimesOut);
    print("completed on timeout", SynchronizerOutcomes::completedOnTimeout);
    print("cancelled future", SynchronizerOutcomes::cancelled);
    print("scheduled executor", SynchronizerOutcomes::scheduled);
    print("publisher", SynchronizerOutcomes::published);
  }

  private static int fairLock() throws Exception {
    ReentrantLock lock = new ReentrantLock(true);
    return sum(
        50,
        () -> {
          int held = 0;
          for (int i = 0; i < 50; i++) {
            if (lock.tryLock(50, TimeUnit.SECONDS)) {
              try {
                held += lock.getHoldCount();
              } finally {
                lock.unlock();
              }
            }
          }
          return held;
        });
  }

  private static String condition() throws Exception {
    ReentrantLock lock = new ReentrantLock();
    Condition condition = lock.newCondition();
    lock.lock();
    try {
      long rest = condition.awaitNanos(TimeUnit.MILLISECONDS.toNanos(5));
      Future<Boolean> signaller =
          on(() -> {
            lock.lock();
            try {
              condition.signal();
              return true;
            } finally {
              lock.unlock();
            }
          });
      condition.await();
      return (rest <= 0) + " " + lock.isHeldByCurrentThread() + " " + signaller.isCancelled();
    } finally {
      lock.unlock();
    }
  }

  private static String semaphore() throws Exception {
    Semaphore semaphore = new Semaphore(3);
    int total =
        sum(
            100,
            () -> {
              semaphore.acquire();
              try {
                Thread.sleep(1);
                return 1;
              } finally {
                semaphore.release();
              }
            });
    semaphore.drainPermits();
    return total + ", " + semaphore.tryAcquire(5, TimeUnit.MILLISECONDS);
  }

  private static int barrier() throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(10);
    return sum(
        10,
        () -> {
          for (int i = 0; i < 100; i++) {
            barrier.await();
          }
          return 100;
        });
  }

  private static String exchanger() throws Exception {
    Exchanger<String> exchanger = new Exchanger<>();
    Future<String> other = on(() -> exchanger.exchange("from the other"));
    String mine = exchanger.exchange("from here");
    return mine
        + ", "
        + other.get()
        + ", "
        + thrown(() -> exchanger.exchange("alone", 5, TimeUnit.MILLISECONDS));
  }

  private static String transferred(BlockingQueue<Integer> queue) throws Exception {
    Future<Long> taker =
        on(() -> {
          long sum = 0;
          for (int i = 0; i < MESSAGES; i++) {
            sum += queue.take();
          }
          return sum;
        });
    for (int i = 0; i < MESSAGES; i++) {
      queue.put(i);
    }
    return taker.get() + ", then " + queue.poll(5, TimeUnit.MILLISECONDS);
  }

  private static String futureTimesOut() {
    Future<String> never = new CompletableFuture<>();
    return thrown(() -> never.get(5, TimeUnit.MILLISECONDS))
        + ", "
        + thrown(() -> new CompletableFuture<>().orTimeout(5, TimeUnit.MILLISECONDS).join());
  }

  private static String completedOnTimeout() {
    return new CompletableFuture<String>()
        .completeOnTimeout("late", 5, TimeUnit.MILLISECONDS)
        .thenApplyAsync(value -> value + " " + Thread.currentThread().isVirtual())
        .join();
  }

  private static String cancelled() throws Exception {
    CompletableFuture<String> seen = new CompletableFuture<>();
    Semaphore started = new Semaphore(0);
    Future<?> sleeper =
        on(() -> {
          started.release();
          seen.complete(
              thrown(() -> {
                Thread.sleep(3_600_000);
                return null;
              }));
          return null;
        });
    started.acquire();
    boolean cancelled = sleeper.cancel(true);
    return cancelled + " " + seen.get() + " " + thrown(sleeper::get);
  }

  private static int scheduled() throws Exception {
    try (var timer = Executors.newScheduledThreadPool(1, Thread.ofVirtual().factory())) {
      Semaphore ticks = new Semaphore(0);
      Future<?> ticking = timer.scheduleAtFixedRate(ticks::release, 0, 1, TimeUnit.MILLISECONDS);
      ticks.acquire(10);
      ticking.cancel(false);
      return 10;
    }
  }

  private static int published() throws Exception {
    int[] received = new int[1];
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletableFuture<Void> consumed;
      try (var publisher = new SubmissionPublisher<Integer>(threads, 4)) {
        consumed = publisher.consume(value -> received[0] += value);
        for (int i = 0; i < 1_000; i++) {
          publisher.submit(1);
        }
      }
      consumed.get(50, TimeUnit.SECONDS);
    }
    return received[0];
  }
}
