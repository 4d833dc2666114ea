package dev.weft.internal.net.dial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weft.Weft;
import dev.weft.internal.net.lookup.GoroutineStarter;
import dev.weft.internal.net.wait.Deadlines;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A dial of several addresses whose attempts fail for other reasons than the network. */
@Timeout(180)
class ConnectRaceTest {
  private static final long DELAY = Duration.ofDays(1).toNanos();
  private static final List<InetSocketAddress> TWO =
      List.of(new InetSocketAddress("127.0.0.1", 1), new InetSocketAddress("127.0.0.2", 1));

  private static final ConnectRace.Attempt REFUSED =
      (address, over) -> {
        throw new ConnectException("refused");
      };

  private static OutOfMemoryError noMemory() {
    return new OutOfMemoryError("on purpose");
  }

  private static void join(Thread goroutine) {
    try {
      goroutine.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Throwable failureOf(ConnectRace.Attempt attempt, GoroutineStarter starter) {
    ConnectRace race = new ConnectRace("dial", TWO, DELAY, attempt, starter);
    return catchThrowable(() -> race.run(Deadlines.NONE, null));
  }

  @Test
  void endsWithTheErrorWhenNoGoroutineCanBeStarted() {
    OutOfMemoryError error = noMemory();
    assertThat(
            failureOf(
                REFUSED,
                (name, body) -> {
                  throw error;
                }))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage(
            "dial: no address could be reached: 127.0.0.1:1: on purpose; 127.0.0.2:1: on purpose")
        .hasCause(error);
  }

  @Test
  void anAttemptWithoutAGoroutineIsFollowedByTheNextOne() {
    CountDownLatch first = new CountDownLatch(1);
    assertThat(
            failureOf(
                REFUSED,
                (name, body) -> {
                  if (first.getCount() > 0) {
                    first.countDown();
                    throw noMemory();
                  }
                  Weft.go(name, body);
                }))
        .isInstanceOf(ConnectException.class)
        .hasMessageContainingAll("127.0.0.1:1: on purpose", "127.0.0.2:1: refused")
        .hasCauseInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void anAttemptWhoseGoroutineRunsAlthoughStartingItFailedCountsOnce() {
    assertThat(
            failureOf(
                REFUSED,
                (name, body) -> {
                  join(Weft.go(name, body));
                  throw noMemory();
                }))
        .isInstanceOf(ConnectException.class)
        .hasMessageContainingAll("127.0.0.1:1: refused", "127.0.0.2:1: refused");
  }

  @Test
  void endsWithTheErrorOfTheAttempts() {
    assertThat(
            failureOf(
                (address, over) -> {
                  throw noMemory();
                },
                Weft::go))
        .isExactlyInstanceOf(IOException.class)
        .hasCauseInstanceOf(OutOfMemoryError.class);
  }
}
