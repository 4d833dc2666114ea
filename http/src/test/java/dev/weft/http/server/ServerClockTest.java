package dev.weft.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.http.TestServer;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerClockTest {
  private final ServerClock clock = new ServerClock();

  @AfterEach
  void stop() {
    clock.stop();
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void waitUntil(Condition condition) throws Exception {
    while (!condition.holds()) {
      Thread.sleep(5);
    }
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
      waitUntil(this::ticksOnceRead);
      waitUntil(() -> !clock.isTicking());
    }
  }

  @Test
  void timePassesForOneThatReadsOn() throws Exception {
    long later = clock.nanoTime() + 8 * ServerClock.TICK.toNanos();
    waitUntil(() -> clock.nanoTime() - later > 0);
  }

  @Test
  void aStoppedClockDoesNotTickAgain() throws Exception {
    clock.nanoTime();
    clock.stop();
    waitUntil(() -> !clock.isTicking());
    assertThat(ticksOnceRead()).isFalse();
  }

  @Test
  void aServerTicksOnlyWhileRequestsCome() throws Exception {
    try (var server = new TestServer(TestServer.HELLO);
        var client = server.dial()) {
      for (int i = 0; i < 2; i++) {
        waitUntil(() -> {
          client.send(TestServer.GET).readAnswer();
          return server.http.isTicking();
        });
        waitUntil(() -> !server.http.isTicking());
      }
      assertThat(server.http.openConnections()).as("the idle one").isEqualTo(1);
    }
  }
}
