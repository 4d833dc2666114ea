package dev.weft.net.pool;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.context.Context;
import dev.weft.net.Conn;
import dev.weft.net.Net;
import dev.weft.testing.Failing;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Closing and draining a pool, connections that fail, and leases that do not end. */
class ConnPoolEndTest extends PoolFixture {
  @Test
  void closingEndsWaitsAndClosesWhatIsIdle() throws Exception {
    pool(PoolLimits.DEFAULT.withMaxPerTarget(1));
    try (var goroutines = new Goroutines()) {
      Lease<String> leased = pool.take(target);
      Lease<String> other = pool.take(otherTarget());
      Conn idle = other.conn();
      Conn used = leased.conn();
      other.giveBack();
      Running<Lease<String>> waiting = goroutines.start(() -> pool.take(target));
      eventually("one waits", () -> pool.stats().waiting() == 1);
      pool.close();
      assertThat(waiting.failure())
          .isInstanceOf(ClosedChannelException.class)
          .hasMessage("take connection to " + target + ": the connection pool is closed");
      assertThat(idle.isOpen()).isFalse();
      assertThat(used.isOpen()).isTrue();
      leased.giveBack();
      assertThat(used.isOpen()).isFalse();
    }
    assertThatThrownBy(() -> pool.take(target)).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void closingEndsTheOpeningOfAConnection() throws Exception {
    var opening = new CountDownLatch(1);
    pool =
        new ConnPool<>(
            (to, remaining) -> {
              Context context = Context.current();
              opening.countDown();
              try {
                context.done().receive();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              throw context.toException();
            },
            ONE);
    try (var goroutines = new Goroutines()) {
      var taking = goroutines.start(() -> pool.take(target));
      var waiting = goroutines.start(() -> pool.take(target));
      opening.await();
      pool.close();
      assertThat(taking.failure()).isInstanceOf(PoolClosedException.class);
      assertThat(waiting.failure()).isInstanceOf(PoolClosedException.class);
    }
    assertThat(pool.stats().leased()).isZero();
  }

  @Test
  void drainingWaitsForLeases() throws Exception {
    pool(PoolLimits.DEFAULT);
    try (var goroutines = new Goroutines()) {
      Lease<String> lease = pool.take(target);
      Running<Integer> draining = goroutines.start(() -> pool.drain(Duration.ofMinutes(1)));
      draining.awaitBlockedIn("drain");
      lease.giveBack();
      assertThat(draining.join()).isZero();
    }
  }

  @Test
  void drainingClosesWhatIsStillLeasedAtTheDeadline() throws Exception {
    pool(PoolLimits.DEFAULT);
    Lease<String> lease = pool.take(target);
    assertThat(pool.drain(SOON)).isEqualTo(1);
    assertThat(lease.conn().isOpen()).isFalse();
    lease.close();
    assertThat(pool.stats().leased()).isZero();
  }

  @Test
  void drainingClosesAllAlthoughClosingFails() throws Exception {
    pool =
        new ConnPool<>(
            (to, remaining) -> Failing.after("close", Conn.class, dial(to, remaining)),
            PoolLimits.DEFAULT);
    Conn one = pool.take(target).conn();
    Conn two = pool.take(target).conn();
    assertThatThrownBy(() -> pool.drain(Duration.ZERO)).isInstanceOf(OutOfMemoryError.class);
    assertThat(one.isOpen()).isFalse();
    assertThat(two.isOpen()).isFalse();
  }

  @Test
  void aFailedDialFreesItsSlot() throws Exception {
    pool =
        new ConnPool<>(
            (to, remaining) -> {
              if (dials.getAndIncrement() == 0) {
                throw new ConnectException("refused");
              }
              return Net.dial("tcp", to, remaining);
            },
            ONE);
    assertThatThrownBy(() -> pool.take(target)).isInstanceOf(ConnectException.class);
    assertThat(pool.stats().openFailures()).isEqualTo(1);
    assertThat(pool.stats().leased()).isZero();
    pool.take(target).close();
  }

  @Test
  void aConnectionThatFailsToCloseCostsNoSlot() throws Exception {
    pool = new ConnPool<>((to, left) -> Failing.after("close", Conn.class, dial(to, left)), ONE);
    for (int i = 0; i < 3; i++) {
      pool.take(target).close();
      takeAndGiveBack();
      pool.take(otherTarget()).close(); // closes the idle one of the first target
    }
    assertThat(pool.stats().leased()).isZero();
  }

  @Test
  void aLeaseThatLastsTooLongIsReportedOnceWithItsStack() throws Exception {
    List<LeakedLease> leaks = new CopyOnWriteArrayList<>();
    pool = new ConnPool<>(this::dial, PoolLimits.DEFAULT.withLeaseTimeout(SOON), leaks::add);
    try (Lease<String> _ = pool.take(target);
        Lease<String> _ = pool.take(target)) {
      eventually("both are reported", () -> leaks.size() == 2);
      assertThat(leaks.getFirst().target()).isEqualTo(target);
      assertThat(leaks.getFirst().takenBy().getStackTrace())
          .anyMatch(frame ->
              frame.getMethodName().equals("aLeaseThatLastsTooLongIsReportedOnceWithItsStack"));
      assertThat(pool.stats().leaks()).isEqualTo(2);
    }
    assertThat(leaks).hasSize(2);
  }
}
