package dev.weft;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@link Weft#executor} is an {@link ExecutorService} with a goroutine for every task. */
@Tag("contract")
class ExecutorTest {
  private final CountDownLatch never = new CountDownLatch(1);

  @Test
  void everyTaskHasAGoroutineOfItsOwn() throws Exception {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    long created = Weft.stats().goroutines().created();
    try (ExecutorService executor = Weft.executor()) {
      List<Future<Integer>> results = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        int number = i;
        results.add(
            executor.submit(() -> {
              threads.add(Thread.currentThread());
              return number;
            }));
      }
      for (int i = 0; i < 100; i++) {
        assertThat(results.get(i).get()).isEqualTo(i);
      }
    }
    assertThat(threads).hasSize(100).allMatch(Thread::isVirtual);
    assertThat(Weft.stats().goroutines().created() - created).isGreaterThanOrEqualTo(100);
  }

  @Test
  void aFailedTaskTellsItsFuture() {
    try (ExecutorService executor = Weft.executor()) {
      Future<?> failed =
          executor.submit(() -> {
            throw new IOException("the task's");
          });
      assertThatThrownBy(failed::get)
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseInstanceOf(IOException.class);
    }
  }

  @Test
  void whatAnExecutedTaskThrowsGoesToTheHandlerAndWhatASubmittedOneThrowsDoesNot()
      throws Exception {
    var failures = new ConcurrentLinkedQueue<Throwable>();
    var failure = new IllegalStateException("not caught");
    Weft.onUncaught((thread, e) -> failures.add(e));
    try {
      Future<?> submitted;
      try (ExecutorService executor = Weft.executor()) {
        executor.execute(() -> {
          throw failure;
        });
        submitted =
            executor.submit(() -> {
              throw new IOException("the future keeps this");
            });
      }
      // The executor's tasks have ended before their threads have.
      eventually("the handler is called", () -> !failures.isEmpty());
      assertThat(submitted.exceptionNow()).hasMessage("the future keeps this");
      assertThat(failures).containsExactly(failure);
    } finally {
      Weft.onUncaught((thread, e) ->
          System.getLogger("dev.weft")
              .log(System.Logger.Level.ERROR, "uncaught exception in " + thread, e));
    }
  }

  @Test
  void invokeAllAnswersInOrderAfterAllHaveEnded() throws Exception {
    try (ExecutorService executor = Weft.executor()) {
      var ended = new AtomicInteger();
      List<Callable<Integer>> tasks = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        int number = i;
        tasks.add(() -> {
          TimeUnit.MICROSECONDS.sleep(20L * (50 - number));
          ended.incrementAndGet();
          return number;
        });
      }
      List<Future<Integer>> results = executor.invokeAll(tasks);
      assertThat(ended).hasValue(50);
      assertThat(results).extracting(Future::resultNow).isSorted().hasSize(50);
    }
  }

  @Test
  void invokeAnyAnswersTheFirstSuccessAndInterruptsTheRest() throws Exception {
    try (ExecutorService executor = Weft.executor()) {
      var interrupted = new AtomicBoolean();
      var waiting = new CountDownLatch(1);
      String result =
          executor.invokeAny(
              List.of(
                  () -> {
                    waiting.countDown();
                    try {
                      never.await();
                    } catch (InterruptedException e) {
                      interrupted.set(true);
                    }
                    return "too late";
                  },
                  () -> {
                    throw new IOException("no success");
                  },
                  () -> {
                    waiting.await();
                    return "first";
                  }));
      assertThat(result).isEqualTo("first");
      eventually("the slow one is interrupted", interrupted::get);
    }
  }

  @Test
  void cancellingAFutureInterruptsItsGoroutine() throws Exception {
    try (ExecutorService executor = Weft.executor()) {
      var waiting = new CountDownLatch(1);
      var interrupted = new CountDownLatch(1);
      Future<?> future =
          executor.submit(() -> {
            waiting.countDown();
            try {
              never.await();
            } catch (InterruptedException e) {
              interrupted.countDown();
            }
            return null;
          });
      waiting.await();
      assertThat(future.cancel(true)).isTrue();
      interrupted.await();
    }
  }

  @Test
  void closeWaitsForTheTasksItWasGivenAndTakesNoMore() throws Exception {
    ExecutorService executor = Weft.executor();
    var release = new CountDownLatch(1);
    var ended = new AtomicInteger();
    for (int i = 0; i < 10; i++) {
      executor.execute(() -> {
        try {
          release.await();
          ended.incrementAndGet();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      });
    }
    try (var goroutines = new Goroutines()) {
      var closing = goroutines.go(executor::close);
      eventually("it is shut down", executor::isShutdown);
      assertThatThrownBy(() -> executor.submit(() -> 1))
          .isInstanceOf(RejectedExecutionException.class);
      assertThat(executor.isTerminated()).isFalse();
      assertThat(closing.isDone()).isFalse();
      release.countDown();
      closing.join();
    }
    assertThat(executor.isTerminated()).isTrue();
    assertThat(ended).hasValue(10);
  }

  @Test
  void shutdownNowInterruptsWhatRuns() throws Exception {
    try (ExecutorService executor = Weft.executor()) {
      var waiting = new CountDownLatch(1);
      Future<?> future =
          executor.submit(() -> {
            waiting.countDown();
            never.await();
            return null;
          });
      waiting.await();
      assertThat(executor.shutdownNow()).isEmpty();
      assertThat(executor.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(future::get).hasRootCauseInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void executorsAreIndependent() throws Exception {
    try (ExecutorService one = Weft.executor();
        ExecutorService other = Weft.executor()) {
      one.shutdown();
      assertThat(other.submit(() -> 1).get()).isEqualTo(1);
    }
  }

  @Test
  void threadsOfANamedFactoryAreNumbered() {
    ThreadFactory factory = Weft.threadFactory("worker");
    assertThat(factory.newThread(() -> {}).getName()).isEqualTo("worker-0");
    assertThat(factory.newThread(() -> {}).getName()).isEqualTo("worker-1");
    assertThat(factory.newThread(() -> {}).isVirtual()).isTrue();
  }
}
