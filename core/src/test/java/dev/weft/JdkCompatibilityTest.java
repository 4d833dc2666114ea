package dev.weft;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The JDK's own ways to wait, exclude and hand over work inside goroutines. */
@Tag("contract")
class JdkCompatibilityTest {
  /** More than there may be threads, so that none of them may keep one. */
  private static final int CROWD = 2 * Weft.info().maxThreads();

  private static final int ROUNDS = 2_000;

  private final Object monitor = new Object();
  private final ReentrantLock lock = new ReentrantLock();
  private int guarded;

  private static void awaitState(List<? extends Running<?>> all, Thread.State state)
      throws Exception {
    for (Running<?> one : all) {
      eventually(one.thread() + " is " + state, () -> one.thread().getState() == state);
    }
  }

  // Monitors

  @Test
  void synchronizedExcludesOtherGoroutines() throws Exception {
    try (var goroutines = new Goroutines()) {
      for (int g = 0; g < 8; g++) {
        goroutines.go(() -> {
          for (int i = 0; i < ROUNDS; i++) {
            synchronized (monitor) {
              int before = guarded;
              if (i % 4 == 0) {
                Thread.yield();
              }
              guarded = before + 1;
            }
          }
        });
      }
    }
    assertThat(guarded).isEqualTo(8 * ROUNDS);
  }

  @Test
  void goroutinesInFrontOfAMonitorKeepNoThreads() throws Exception {
    try (var goroutines = new Goroutines()) {
      List<Running<Void>> crowd = new ArrayList<>();
      synchronized (monitor) {
        for (int i = 0; i < CROWD; i++) {
          crowd.add(
              goroutines.go(() -> {
                synchronized (monitor) {
                  guarded++;
                }
              }));
        }
        awaitState(crowd, Thread.State.BLOCKED);
        assertThat(goroutines.start(() -> "another runs").join()).isEqualTo("another runs");
      }
    }
    assertThat(guarded).isEqualTo(CROWD);
  }

  @Test
  void goroutinesInObjectWaitKeepNoThreadsAndAreAllNotified() throws Exception {
    try (var goroutines = new Goroutines()) {
      List<Running<Void>> crowd = new ArrayList<>();
      for (int i = 0; i < CROWD; i++) {
        crowd.add(
            goroutines.go(() -> {
              synchronized (monitor) {
                while (guarded == 0) {
                  monitor.wait();
                }
              }
            }));
      }
      awaitState(crowd, Thread.State.WAITING);
      goroutines.go(() -> {
        synchronized (monitor) {
          guarded = 1;
          monitor.notifyAll();
        }
      });
    }
  }

  @Test
  void twoGoroutinesTakeTurnsByWaitAndNotify() throws Exception {
    try (var goroutines = new Goroutines()) {
      for (int g = 0; g < 2; g++) {
        int parity = g;
        goroutines.go(() -> {
          for (int i = 0; i < ROUNDS; i++) {
            synchronized (monitor) {
              while (guarded % 2 != parity) {
                monitor.wait();
              }
              guarded++;
              monitor.notify();
            }
          }
        });
      }
    }
    assertThat(guarded).isEqualTo(2 * ROUNDS);
  }

  @Test
  void aTimedObjectWaitEndsByItself() throws Exception {
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> {
        synchronized (monitor) {
          monitor.wait(1);
        }
      });
    }
  }

  // java.util.concurrent

  @Test
  void aReentrantLockExcludesOtherGoroutines() throws Exception {
    try (var goroutines = new Goroutines()) {
      for (int g = 0; g < 8; g++) {
        goroutines.go(() -> {
          for (int i = 0; i < ROUNDS; i++) {
            lock.lock();
            try {
              int before = guarded;
              if (i % 4 == 0) {
                Thread.yield();
              }
              guarded = before + 1;
            } finally {
              lock.unlock();
            }
          }
        });
      }
    }
    assertThat(guarded).isEqualTo(8 * ROUNDS);
  }

  @Test
  void goroutinesAndPlatformThreadsMeetAtABlockingQueue() throws Exception {
    var queue = new ArrayBlockingQueue<Integer>(2);
    var answers = new SynchronousQueue<Integer>();
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> {
        for (int i = 0; i < ROUNDS; i++) {
          queue.put(i);
        }
      });
      goroutines.go(() -> {
        for (int i = 0; i < ROUNDS; i++) {
          answers.put(2 * queue.take());
        }
      });
      for (int i = 0; i < ROUNDS; i++) {
        assertThat(answers.poll(60, TimeUnit.SECONDS)).isEqualTo(2 * i);
      }
    }
  }

  @Test
  void aCompletableFutureIsCompletedAndAwaitedByGoroutines() throws Exception {
    try (var goroutines = new Goroutines();
        var executor = Weft.executor()) {
      var first = new CompletableFuture<Integer>();
      CompletableFuture<Integer> last = first;
      for (int i = 0; i < 100; i++) {
        last = last.thenApplyAsync(n -> n + 1, executor);
      }
      CompletableFuture<Integer> result = last;
      var waiting = goroutines.start(() -> result.get());
      waiting.awaitBlockedIn("get");
      goroutines.go(() -> first.complete(1));
      assertThat(waiting.join()).isEqualTo(101);
    }
  }

  @Test
  void aGoroutineAwaitsWhatTheCommonPoolDoesAndWhatTimesOut() throws Exception {
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> {
        assertThat(CompletableFuture.supplyAsync(() -> "done").join()).isEqualTo("done");
        assertThat(
                new CompletableFuture<String>()
                    .completeOnTimeout("late", 1, TimeUnit.MILLISECONDS)
                    .join())
            .isEqualTo("late");
      });
    }
  }

  // Time, parking and interrupts

  @Test
  void sleepAndParkNanosTakeTheirTime() throws Exception {
    long nanos = TimeUnit.MILLISECONDS.toNanos(3);
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> {
        long begin = System.nanoTime();
        Thread.sleep(0, (int) TimeUnit.MICROSECONDS.toNanos(900));
        Thread.sleep(3);
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(nanos);
        begin = System.nanoTime();
        while (System.nanoTime() - begin < nanos) {
          LockSupport.parkNanos(nanos); // may return early, but not for ever
        }
      });
    }
  }

  @Test
  void anUnparkBeforeTheParkCounts() throws Exception {
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> {
        LockSupport.unpark(Thread.currentThread());
        LockSupport.park();
      });
    }
  }

  private enum Waiting {
    SLEEP,
    WAIT,
    TIMED_WAIT,
    LOCK,
    CONDITION,
    QUEUE,
    LATCH,
    JOIN,
    FUTURE;

    void enter(Object monitor, ReentrantLock heldElsewhere) throws Exception {
      switch (this) {
        case SLEEP -> Thread.sleep(Long.MAX_VALUE);
        case WAIT -> {
          synchronized (monitor) {
            while (true) {
              monitor.wait();
            }
          }
        }
        case TIMED_WAIT -> {
          synchronized (monitor) {
            while (true) {
              monitor.wait(TimeUnit.HOURS.toMillis(1));
            }
          }
        }
        case LOCK -> heldElsewhere.lockInterruptibly();
        case CONDITION -> {
          var own = new ReentrantLock();
          own.lock();
          own.newCondition().await();
        }
        case QUEUE -> new ArrayBlockingQueue<Integer>(1).take();
        case LATCH -> new CountDownLatch(1).await();
        case JOIN -> Thread.currentThread().join();
        case FUTURE -> new CompletableFuture<Integer>().get();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anInterruptEndsWaiting(Waiting kind) throws Exception {
    lock.lock();
    try (var goroutines = new Goroutines()) {
      var waiting =
          goroutines.start(() -> {
            kind.enter(monitor, lock);
            return null;
          });
      eventually(
          "it waits",
          () ->
              waiting.thread().getState() == Thread.State.WAITING
                  || waiting.thread().getState() == Thread.State.TIMED_WAITING);
      waiting.thread().interrupt();
      assertThat(waiting.failure()).isInstanceOf(InterruptedException.class);
      assertThat(waiting.thread().isInterrupted()).isFalse();
    } finally {
      lock.unlock();
    }
  }
}
