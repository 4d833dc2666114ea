package dev.weft.net.pool;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Weft;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Many callers take and give back at once; no slot and no caller is lost. */
class ConnPoolStormTest extends PoolFixture {
  /** The lock of the pool is contended, and no time-out ends a wait whose wake-up was lost. */
  @Test
  void everyCallerThatWaitsWithoutEndGetsItsTurn() throws Exception {
    pool(PoolLimits.DEFAULT.withMaxTotal(4).withMaxPerTarget(4));
    try (var goroutines = new Goroutines()) {
      List<Running<Void>> taking = new ArrayList<>();
      for (int g = 0; g < 64; g++) {
        taking.add(
            goroutines.go(() -> {
              for (int i = 0; i < 300; i++) {
                try (Lease<String> lease = pool.take(target)) {
                  Weft.yield(); // so that others have to wait
                  lease.giveBack();
                }
              }
            }));
      }
      for (Running<Void> each : taking) {
        each.join();
      }
    }
    assertThat(pool.stats().leased()).isZero();
    assertThat(pool.stats().waiting()).isZero();
  }

  @Test
  void slotsDoNotGetLostInAStormOfTakesTimeoutsAndCloses() throws Exception {
    pool(
        PoolLimits.DEFAULT
            .withMaxTotal(4)
            .withMaxPerTarget(3)
            .withMaxIdle(2)
            .withIdleTimeout(SOON));
    String[] targets = {target, otherTarget()};
    try (var goroutines = new Goroutines()) {
      List<Running<Void>> taking = new ArrayList<>();
      for (int g = 0; g < 16; g++) {
        int number = g;
        taking.add(
            goroutines.go(() -> {
              for (int i = 0; i < 100; i++) {
                try (Lease<String> lease =
                    pool.take(
                        targets[(number + i) % 2], Duration.ofNanos((number + i) % 7 * 300_000L))) {
                  if (i % 5 != 0) {
                    lease.giveBack();
                  }
                } catch (SocketTimeoutException e) {
                  // expected now and then
                }
              }
            }));
      }
      Running<Void> accepting =
          goroutines.go(() -> {
            try {
              while (true) {
                listener.accept().close();
              }
            } catch (ClosedChannelException e) {
              // the end
            }
          });
      for (Running<Void> each : taking) {
        each.join();
      }
      listener.close();
      accepting.join();
    }
    eventually("idle connections are retired", () -> pool.stats().idle() == 0);
    assertThat(pool.stats().leased()).isZero();
    assertThat(pool.stats().waiting()).isZero();
  }
}
