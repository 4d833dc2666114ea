package dev.weft.internal.inspect;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Weft;
import dev.weft.chan.Chan;
import dev.weft.internal.track.RunTimes;
import dev.weft.internal.track.Tracking;
import dev.weft.internal.track.Waits;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Depends on Weft's own scheduler. */
final class RunTimesTest {
  private record Wait(Thread thread, long blockedNanos, long readyNanos, String stack) {}

  private final Queue<Wait> waits = new ConcurrentLinkedQueue<>();
  private final Waits.Listener listener =
      (thread, blocked, ready) ->
          waits.add(
              new Wait(thread, blocked, ready, java.util.Arrays.toString(thread.getStackTrace())));
  private Tracking.Use tracking;

  @BeforeEach
  void track() {
    tracking = Tracking.begin(false);
  }

  @AfterEach
  void untrack() {
    Waits.forget(listener);
    tracking.close();
  }

  private static long stoppedAt(Thread thread) {
    long[] found = {-1};
    Inspection.goroutines(goroutine -> {
      if (goroutine.thread() == thread) {
        found[0] = goroutine.stoppedAt();
      }
    });
    return found[0];
  }

  private static void receiveAgain(Chan<String> channel) throws InterruptedException {
    channel.receive();
  }

  @Test
  void aGoroutineThatWaitsHasStoppedAndOneThatRunsHasNot() throws Exception {
    Chan<String> channel = Chan.unbuffered();
    CountDownLatch running = new CountDownLatch(1);
    AtomicBoolean goesOn = new AtomicBoolean(true);
    Thread thread =
        Weft.go(() -> {
          receiveAgain(channel);
          running.countDown();
          while (goesOn.get()) {
            Thread.onSpinWait();
          }
          receiveAgain(channel);
        });
    eventually("it has stopped", () -> stoppedAt(thread) > 0);
    long first = stoppedAt(thread);
    assertThat(first)
        .as("the clock is behind, and never ahead")
        .isLessThanOrEqualTo(System.nanoTime());
    channel.send("x");
    running.await();
    assertThat(stoppedAt(thread)).isEqualTo(RunTimes.NOT_STOPPED);
    goesOn.set(false);
    eventually("it has stopped again", () -> stoppedAt(thread) > 0);
    assertThat(stoppedAt(thread) - first).isPositive();
    channel.send("x");
    thread.join();
  }

  /** By the time of a stop tools know whether the goroutine has run since they saw it. */
  @Test
  void eachStopHasATimeOfItsOwnAlthoughTheClockStandsStill() {
    RunTimes times = new RunTimes();
    assertThat(times.stoppedAt()).isEqualTo(RunTimes.NOT_STOPPED);
    long behind = -1;
    times.stop(behind);
    long first = times.stoppedAt();
    times.begin();
    times.stop(behind);
    long second = times.stoppedAt();
    times.begin();
    times.stop(behind - 5);
    assertThat(times.stoppedAt()).isGreaterThan(second);
    assertThat(second).isGreaterThan(first);
    assertThat(List.of(first, second)).doesNotContain(RunTimes.NOT_STOPPED);
    times.begin();
    times.stop(1000);
    assertThat(times.stoppedAt()).isEqualTo(1000);
  }

  @Test
  void everyWaitIsToldWithItsStackBeforeTheGoroutineRunsAgain() throws Exception {
    Chan<String> channel = Chan.unbuffered();
    Thread thread = Weft.go(() -> receiveAgain(channel));
    eventually("it has stopped", () -> stoppedAt(thread) > 0);
    assertThat(Waits.listen(listener)).isTrue();
    assertThat(Waits.listen((_, _, _) -> {})).as("there is one listener").isFalse();
    long stoppedAt = stoppedAt(thread);
    long blocked = System.nanoTime() - stoppedAt;
    channel.send("x");
    thread.join();
    Waits.forget(listener);
    Wait wait = waits.stream().filter(each -> each.thread() == thread).findFirst().orElseThrow();
    assertThat(wait.stack()).contains("receiveAgain");
    assertThat(wait.blockedNanos()).isGreaterThanOrEqualTo(blocked);
    assertThat(wait.readyNanos()).isNotNegative();
  }

  /** Its tasks are not those of the goroutine that started it. */
  @Test
  void virtualThreadsThatAGoroutineStartsRunOnWeftUnobserved() throws Exception {
    assertThat(Waits.listen(listener)).isTrue();
    CountDownLatch end = new CountDownLatch(1);
    Thread[] child = new Thread[1];
    Thread parent =
        Weft.go(() -> {
          child[0] = Thread.ofVirtual().start(() -> awaitQuietly(end));
          child[0].join();
        });
    eventually("the child waits", () -> child[0] != null && isWaiting(child[0]));
    end.countDown();
    parent.join();
    assertThat(waits).extracting(Wait::thread).contains(parent).doesNotContain(child[0]);
  }

  private static boolean isWaiting(Thread thread) {
    return thread.getState() == Thread.State.WAITING;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Goroutines must not be lost when a tool that is told of them fails. */
  @Test
  void aListenerThatThrowsHarmsNothing() throws Exception {
    Waits.Listener broken =
        (_, _, _) -> {
          throw new IllegalStateException("on purpose");
        };
    assertThat(Waits.listen(broken)).isTrue();
    try {
      Weft.go(() -> {}).join();
    } finally {
      Waits.forget(broken);
    }
  }
}
