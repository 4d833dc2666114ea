package dev.weft.net.pool;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.net.Net;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Callers that wait for a slot: their order, and what ends their wait. */
class ConnPoolWaitTest extends PoolFixture {
  @Test
  void callersWaitInTheOrderInWhichTheyCame() throws Exception {
    pool(ONE);
    List<Integer> served = new CopyOnWriteArrayList<>();
    try (var goroutines = new Goroutines()) {
      Lease<String> lease = pool.take(target);
      for (int i = 0; i < 64; i++) {
        int number = i;
        goroutines.go(() -> {
          try (Lease<String> mine = pool.take(target)) {
            served.add(number);
            mine.giveBack();
          }
        });
        eventually("caller waits", () -> pool.stats().waiting() == number + 1);
      }
      lease.giveBack();
    }
    assertThat(served).hasSize(64).isSorted();
    assertThat(dials).hasValue(1);
  }

  @Test
  void oneTargetsLimitDoesNotHoldUpAnother() throws Exception {
    pool(PoolLimits.DEFAULT.withMaxPerTarget(1));
    try (var goroutines = new Goroutines()) {
      Lease<String> mine = pool.take(target);
      Running<Void> waiting = goroutines.go(() -> pool.take(target).close());
      eventually("one waits", () -> pool.stats().waiting() == 1);
      pool.take(otherTarget()).giveBack();
      assertThat(waiting.isDone()).isFalse();
      mine.close();
    }
  }

  @Test
  void aSlotThatIsGivenBackGoesToACallerOfAnotherTarget() throws Exception {
    pool(ONE);
    try (var goroutines = new Goroutines()) {
      Lease<String> mine = pool.take(target);
      goroutines.go(() -> pool.take(otherTarget()).close());
      eventually("one waits", () -> pool.stats().waiting() == 1);
      mine.giveBack();
    }
    assertThat(pool.stats().leased()).isZero();
  }

  @Test
  void aWaitEndsAtItsTimeoutAndSaysWhy() throws Exception {
    pool(ONE);
    try (Lease<String> _ = pool.take(target)) {
      assertThatThrownBy(() -> pool.take(target, SOON))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageStartingWith(
              "take connection to " + target + ": timed out waiting for a slot: 1 leased, 0 idle");
    }
    assertThat(pool.stats().waiting()).isZero();
    pool.take(target).close();
  }

  @Test
  void anInterruptEndsAWait() throws Exception {
    pool(ONE);
    try (var goroutines = new Goroutines();
        Lease<String> _ = pool.take(target)) {
      Running<Void> waiting =
          goroutines.go(() -> {
            assertThatThrownBy(() -> pool.take(target)).isInstanceOf(InterruptedIOException.class);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
          });
      eventually("one waits", () -> pool.stats().waiting() == 1);
      waiting.thread().interrupt();
      waiting.join();
    }
    assertThat(pool.stats().abandonedWaits()).isEqualTo(1);
  }

  @Test
  void aCancelledContextEndsAWait() throws Exception {
    pool(ONE);
    try (var goroutines = new Goroutines();
        var context = Context.background().withCancel();
        Lease<String> _ = pool.take(target)) {
      Running<Lease<String>> waiting = goroutines.start(() -> pool.take(context, target, null));
      eventually("one waits", () -> pool.stats().waiting() == 1);
      context.cancel();
      assertThat(waiting.failure()).isInstanceOf(CancelledException.class);
    }
  }

  /** A target that the pool, which has its lock then, looks up only as far as the test allows. */
  private static final class SlowTarget {
    private final CountDownLatch lookUps = new CountDownLatch(1);
    private volatile boolean slow;
    private volatile boolean lookedUp;

    @Override
    @SuppressWarnings("EqualsHashCode") // equality is identity
    public int hashCode() {
      if (slow) {
        lookedUp = true;
        try {
          lookUps.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      return 1;
    }
  }

  /** A wake-up without a reason makes a caller look while another thread has the pool's lock. */
  @Test
  void aGrantIsNotMissedByACallerThatLooksMeanwhile() throws Exception {
    SlowTarget first = new SlowTarget();
    SlowTarget second = new SlowTarget();
    try (var slots =
            new ConnPool<SlowTarget>((to, remaining) -> Net.dial("tcp", target, remaining), ONE);
        var goroutines = new Goroutines()) {
      Lease<SlowTarget> leased = slots.take(first);
      Running<Lease<SlowTarget>> waiting = goroutines.start(() -> slots.take(second));
      waiting.awaitBlockedIn("take");
      first.slow = true;
      Running<Void> ending = goroutines.go(leased::close);
      eventually("the pool's lock is held", () -> first.lookedUp);
      for (int i = 0; i < 100; i++) {
        LockSupport.unpark(waiting.thread());
        waiting.awaitBlockedIn("take");
      }
      first.lookUps.countDown();
      ending.join();
      waiting.join().close();
    }
  }
}
