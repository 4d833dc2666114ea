package dev.weft.net.pool;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.net.Conn;
import dev.weft.testing.Failing;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Running out of memory costs no slot and no caller. */
class ConnPoolExhaustionTest extends PoolFixture {
  @Test
  void aConnectionWhoseCheckFailsIsClosedAndFreesItsSlot() throws Exception {
    pool =
        new ConnPool<>((to, left) -> Failing.after("setDeadline", Conn.class, dial(to, left)), ONE);
    for (int i = 0; i < 3; i++) {
      Lease<String> lease = pool.take(target);
      Conn conn = lease.conn();
      assertThatThrownBy(lease::giveBack).isInstanceOf(OutOfMemoryError.class);
      assertThat(conn.isOpen()).isFalse();
      assertThat(pool.stats().leased()).isZero();
    }
  }

  /** A target whose description, for a message, runs out of memory. */
  private static final class LongTarget {
    @Override
    public String toString() {
      throw new OutOfMemoryError("on purpose");
    }
  }

  @Test
  void aWaiterWithoutMemoryForItsExceptionLeavesOnce() throws Exception {
    var key = new LongTarget();
    try (var slots = new ConnPool<LongTarget>((to, left) -> dial(target, null), ONE)) {
      Lease<LongTarget> lease = slots.take(key);
      assertThatThrownBy(() -> slots.take(key, SOON)).isInstanceOf(OutOfMemoryError.class);
      lease.close();
      slots.take(key, Duration.ZERO).close();
      assertThat(slots.stats().waits()).isEqualTo(1);
    }
  }

  @Test
  void aLeakHandlerWithoutMemoryIsToldTheNextLeak() throws Exception {
    var calls = new AtomicInteger();
    List<LeakedLease> leaks = new CopyOnWriteArrayList<>();
    pool =
        new ConnPool<>(
            this::dial,
            PoolLimits.DEFAULT.withLeaseTimeout(SOON),
            leak -> {
              if (calls.getAndIncrement() == 0) {
                throw new OutOfMemoryError("on purpose");
              }
              leaks.add(leak);
            });
    try (Lease<String> _ = pool.take(target);
        Lease<String> _ = pool.take(target)) {
      eventually("the second is reported", () -> leaks.size() == 1);
    }
  }
}
