package dev.weft.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weft.Task;
import dev.weft.context.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("contract")
@Timeout(180)
final class WorkerPoolTest {
  private final CountDownLatch gate = new CountDownLatch(1);
  private final AtomicInteger ran = new AtomicInteger();

  /**
   * A pool of one worker, which is busy until the gate opens, and a queue of two, which is full.
   */
  private WorkerPool fullPool(Task first, Task second) throws Exception {
    var pool = new WorkerPool(1, 2);
    var busy = new CountDownLatch(1);
    pool.enqueue(() -> {
      busy.countDown();
      gate.await();
    });
    busy.await();
    pool.enqueue(first);
    pool.enqueue(second);
    return pool;
  }

  @Test
  void everyTaskIsRunBeforeThePoolIsClosed() throws Exception {
    try (var pool = new WorkerPool(4, 8)) {
      for (int i = 0; i < 1_000; i++) {
        pool.enqueue(ran::incrementAndGet);
      }
    }
    assertThat(ran).hasValue(1_000);
  }

  @Test
  void atMostAsManyRunAsThereAreWorkers() throws Exception {
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    try (var pool = new WorkerPool(3, 8)) {
      for (int i = 0; i < 300; i++) {
        pool.enqueue(() -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          Thread.yield();
          running.decrementAndGet();
        });
      }
    }
    assertThat(most.get()).isBetween(1, 3);
  }

  @Test
  void aFullQueueRejectsOrTimesOut() throws Exception {
    try (var pool = fullPool(ran::incrementAndGet, ran::incrementAndGet)) {
      assertThat(pool.tryEnqueue(ran::incrementAndGet)).isFalse();
      assertThatExceptionOfType(TimeoutException.class)
          .isThrownBy(() -> pool.enqueue(ran::incrementAndGet, Duration.ofMillis(2)));
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(InterruptedException.class)
          .isThrownBy(() -> pool.enqueue(ran::incrementAndGet));
      assertThat(pool.stats().rejected()).isEqualTo(3);
      assertThat(pool.stats().queued()).isEqualTo(2);
      assertThat(pool.stats().busy()).isEqualTo(1);
      gate.countDown();
      pool.drain();
      assertThat(ran).hasValue(2);
      assertThat(pool.stats()).isEqualTo(new WorkerPool.Stats(1, 0, 0, 3, 3, 0, 3, 0, 0));
    }
  }

  @Test
  void aFullQueueMakesTheCallerWait() throws Exception {
    try (var pool = fullPool(ran::incrementAndGet, ran::incrementAndGet)) {
      var caller =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  pool.enqueue(ran::incrementAndGet);
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              });
      while (caller.getState() != Thread.State.WAITING) {
        Thread.yield();
      }
      gate.countDown();
      caller.join();
    }
    assertThat(ran).hasValue(3);
  }

  @Test
  void theOldestMakesRoom() throws Exception {
    Task oldest = () -> ran.addAndGet(100);
    try (var pool = fullPool(oldest, ran::incrementAndGet)) {
      assertThat(pool.enqueueDroppingOldest(ran::incrementAndGet)).containsExactly(oldest);
      assertThat(pool.stats().dropped()).isEqualTo(1);
      gate.countDown();
    }
    assertThat(ran).hasValue(2);
  }

  @Test
  void theCallerRunsWhatDoesNotFit() throws Exception {
    try (var pool = fullPool(ran::incrementAndGet, ran::incrementAndGet)) {
      var by = new Thread[1];
      pool.enqueueOrRun(() -> by[0] = Thread.currentThread());
      assertThat(by[0]).isSameAs(Thread.currentThread());
      assertThat(pool.stats().ranInCaller()).isEqualTo(1);
      gate.countDown();
    }
  }

  @Test
  void stoppingHandsBackWhatWasNotBegunAndInterruptsWhatWas() throws Exception {
    Task first = ran::incrementAndGet;
    Task second = ran::incrementAndGet;
    var pool = fullPool(first, second);
    assertThat(pool.stop()).containsExactly(first, second);
    assertThat(ran).hasValue(0);
    assertThat(pool.stats().failed()).as("the one interrupted at the gate").isEqualTo(1);
    assertThatExceptionOfType(RejectedExecutionException.class)
        .isThrownBy(() -> pool.enqueue(first));
    assertThatExceptionOfType(RejectedExecutionException.class)
        .isThrownBy(() -> pool.tryEnqueue(first));
    assertThatExceptionOfType(RejectedExecutionException.class)
        .isThrownBy(() -> pool.enqueueDroppingOldest(first));
    assertThatExceptionOfType(RejectedExecutionException.class)
        .isThrownBy(() -> pool.enqueueOrRun(first));
    pool.close();
  }

  @Test
  void aFailureIsToldAndTheWorkerGoesOn() throws Exception {
    var failures = new ConcurrentLinkedQueue<Throwable>();
    Task bad =
        () -> {
          throw new IOException("bad");
        };
    try (var pool =
        new WorkerPool(
            1,
            4,
            (task, e) -> {
              assertThat(task).isSameAs(bad);
              failures.add(e);
              throw new IllegalStateException("a handler that fails, too");
            })) {
      pool.enqueue(bad);
      pool.enqueue(ran::incrementAndGet);
      pool.drain();
      assertThat(pool.stats().failed()).isEqualTo(1);
      assertThat(pool.stats().completed()).isEqualTo(1);
    }
    assertThat(failures).singleElement().isInstanceOf(IOException.class);
    assertThat(ran).hasValue(1);
  }

  /** The JVM throws one and the same OutOfMemoryError when there is no memory for another. */
  @Test
  void workerOutlivesAHandlerThatThrowsTheFailureItWasTold() throws Exception {
    try (var pool =
        new WorkerPool(
            1,
            4,
            (task, e) -> {
              throw (Error) e;
            })) {
      pool.enqueue(() -> {
        throw new OutOfMemoryError("no memory, the test says");
      });
      pool.enqueue(ran::incrementAndGet);
      pool.drain();
      assertThat(ran).hasValue(1);
      assertThat(pool.stats().busy()).isZero();
    }
  }

  @Test
  void aTaskHasTheContextOfItsCaller() throws Exception {
    var key = Context.Key.<String>named("key");
    var seen = new String[1];
    try (var pool = new WorkerPool(1, 1)) {
      Context.background()
          .withValue(key, "value")
          .call(() -> {
            pool.enqueue(() -> seen[0] = Context.current().value(key));
            return true;
          });
    }
    assertThat(seen[0]).isEqualTo("value");
  }

  @Test
  void nonsenseIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new WorkerPool(0, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WorkerPool(1, 0))
        .withMessageContaining("1 and 0");
  }
}
