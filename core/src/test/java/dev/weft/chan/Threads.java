package dev.weft.chan;

import static dev.weft.testing.Eventually.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Weft;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Runs parts of a test on threads of each kind, and waits for what they do without guessing times.
 */
enum Threads {
  PLATFORM {
    @Override
    Thread newThread(Runnable body) {
      return Thread.ofPlatform().daemon().unstarted(body);
    }
  },
  VIRTUAL {
    @Override
    Thread newThread(Runnable body) {
      return Thread.ofVirtual().unstarted(body);
    }
  },
  GOROUTINE {
    @Override
    Thread newThread(Runnable body) {
      return Weft.threadFactory().newThread(body);
    }
  };

  abstract Thread newThread(Runnable body);

  <V> Running<V> start(Callable<V> body) {
    var task = new FutureTask<>(body);
    var thread = newThread(task);
    thread.start();
    return new Running<>(task, thread);
  }

  Running<Void> run(Action body) {
    return start(() -> {
      body.run();
      return null;
    });
  }

  static void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited %s in vain", PATIENCE).isLessThan(deadline);
      Thread.yield();
    }
  }

  static void untilReceiverWaits(Chan<?> channel) {
    until(() -> !((HChan<?>) channel).receivers.looksEmpty());
  }

  static void untilSenderWaits(Chan<?> channel) {
    until(() -> !((HChan<?>) channel).senders.looksEmpty());
  }

  static void assertNoThreadWaits(Chan<?> channel) {
    assertThat(((HChan<?>) channel).receivers.looksEmpty())
        .as("no receivers at %s", channel)
        .isTrue();
    assertThat(((HChan<?>) channel).senders.looksEmpty()).as("no senders at %s", channel).isTrue();
  }

  interface Action {
    void run() throws Exception;
  }

  /** A part of the test that runs. */
  record Running<V>(FutureTask<V> task, Thread thread) {
    /** Its result, once it has one; what it throws comes as an {@code ExecutionException}. */
    V join() throws Exception {
      return task.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    void interrupt() {
      thread.interrupt();
    }
  }
}
