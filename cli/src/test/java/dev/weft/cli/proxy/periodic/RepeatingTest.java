package dev.weft.cli.proxy.periodic;

import static dev.weft.cli.proxy.ProxyTester.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RepeatingTest {
  private static final Duration PAUSE = Duration.ofMillis(1);

  @Test
  void callsGoOnAfterFailures() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Runnable failing =
        () -> {
          switch (calls.incrementAndGet()) {
            case 1 -> throw new OutOfMemoryError("on purpose");
            case 2 -> throw new IllegalStateException("on purpose");
            default -> {}
          }
        };
    try (var _ = new Repeating("test", () -> PAUSE, failing)) {
      eventually("it is called after failures", () -> calls.get() > 2);
    }
  }

  @Test
  void aPauseThatFailsIsLeftOut() throws Exception {
    AtomicInteger pauses = new AtomicInteger();
    try (var _ =
        new Repeating(
            "test",
            () -> {
              if (pauses.incrementAndGet() == 1) {
                throw new OutOfMemoryError("on purpose");
              }
              return PAUSE;
            },
            () -> {})) {
      eventually("it is called again", () -> pauses.get() > 1);
    }
  }

  @Test
  void closingEndsAnActionThatClearsTheInterrupt() throws Exception {
    AtomicReference<Thread> goroutine = new AtomicReference<>();
    Runnable clearing =
        () -> {
          goroutine.set(Thread.currentThread());
          while (!Thread.interrupted()) {
            Thread.onSpinWait();
          }
        };
    try (var _ = new Repeating("test", () -> PAUSE, clearing)) {
      eventually("it runs", () -> goroutine.get() != null);
    }
    goroutine.get().join();
    assertThat(goroutine.get().isAlive()).isFalse();
  }
}
