package dev.weft.http.server;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.http.TestServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerClockTest {
  private final ServerClock clock = new ServerClock();

  @AfterEach
  void stop() {
    clock.stop();
  }

  private boolean ticksOnceRead() {
    clock.nanoTime();
    return clock.isTicking();
  }

  @Test
  void theFirstReaderSetsTheTimeAndAfterThePauseToo() throws Exception {
    assertThat(clock.isTicking()).isFalse();
    for (int i = 0; i < 2; i++) {
      long now = System.nanoTime();
      assertThat(clock.nanoTime() - now).isNotNegative();
      eventually("it ticks", this::ticksOnceRead);
      eventually("it has stopped", () -> !clock.isTicking());
    }
  }

  @Test
  void timePassesForOneThatReadsOn() throws Exception {
    long later = clock.nanoTime() + 8 * ServerClock.TICK.toNanos();
    eventually("time has passed", () -> clock.nanoTime() - later > 0);
  }

  @Test
  void aStoppedClockDoesNotTickAgain() throws Exception {
    clock.nanoTime();
    clock.stop();
    eventually("it has stopped", () -> !clock.isTicking());
    assertThat(ticksOnceRead()).isFalse();
  }

  @Test
  void aServerTicksOnlyWhileRequestsCome() throws Exception {
    try (var server = new TestServer(TestServer.HELLO);
        var client = server.dial()) {
      for (int i = 0; i < 2; i++) {
        eventually(
            "it ticks",
            () -> {
              client.send(TestServer.GET).readAnswer();
              return server.http.isTicking();
            });
        eventually("it has stopped", () -> !server.http.isTicking());
      }
      assertThat(server.http.openConnections()).as("the idle one").isEqualTo(1);
    }
  }
}
