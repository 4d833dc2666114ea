package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.testing.Goroutines;
import java.io.InterruptedIOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What ends a dial that waits, besides its time. */
@Tag("contract")
@Timeout(180)
class DialCancellationTest {
  @Test
  void anInterruptEndsADial() throws Exception {
    try (var full = new FullBacklog();
        var goroutines = new Goroutines()) {
      var dialling =
          goroutines
              .start(() -> {
                try {
                  throw new AssertionError("connected: " + Net.dial("tcp", full.address()));
                } catch (InterruptedIOException e) {
                  assertThat(Thread.currentThread().isInterrupted())
                      .as("stays interrupted")
                      .isTrue();
                  return e.getMessage();
                }
              })
              .awaitBlockedIn("connect");
      dialling.thread().interrupt();
      assertThat(dialling.join()).startsWith("dial tcp 127.0.0.1:").endsWith(": interrupted");
    }
  }

  @Test
  void cancellingEndsADial() throws Exception {
    try (var full = new FullBacklog();
        var context = Context.background().withCancel();
        var goroutines = new Goroutines()) {
      var dialling =
          goroutines
              .start(() -> Net.dial(context, "tcp", full.address()))
              .awaitBlockedIn("connect");
      context.cancel();
      assertThat(dialling.failure()).isInstanceOf(CancelledException.class);
    }
  }

  @Test
  void aCancelledContextDialsNothing() {
    try (var context = Context.background().withCancel()) {
      context.cancel();
      assertThatThrownBy(() -> Net.dial(context, "tcp", "127.0.0.1:1"))
          .isInstanceOf(CancelledException.class);
    }
  }
}
