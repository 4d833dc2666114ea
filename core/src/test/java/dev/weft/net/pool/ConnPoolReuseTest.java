package dev.weft.net.pool;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.net.Conn;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which connections the pool leases again, and which it closes instead. */
class ConnPoolReuseTest extends PoolFixture {
  @Test
  void aConnectionThatWasGivenBackIsReused() throws Exception {
    pool(PoolLimits.DEFAULT);
    Conn first = takeAndGiveBack();
    try (Lease<String> second = pool.take(target)) {
      assertThat(second.conn()).isSameAs(first);
      assertThat(second.isReused()).isTrue();
    }
    assertThat(dials).hasValue(1);
    assertThat(pool.stats().reused()).isEqualTo(1);
  }

  @Test
  void theConnectionUsedLastIsReusedFirst() throws Exception {
    pool(PoolLimits.DEFAULT);
    Lease<String> one = pool.take(target);
    Lease<String> two = pool.take(target);
    Conn last = two.conn();
    one.giveBack();
    two.giveBack();
    try (Lease<String> next = pool.take(target)) {
      assertThat(next.conn()).isSameAs(last);
    }
  }

  @Test
  void aLeaseThatIsClosedWithoutGivingBackClosesTheConnection() throws Exception {
    pool(ONE);
    Conn conn;
    try (Lease<String> lease = pool.take(target)) {
      conn = lease.conn();
    }
    assertThat(conn.isOpen()).isFalse();
    assertThat(pool.stats().discarded()).isEqualTo(1);
    try (Lease<String> next = pool.take(target)) {
      assertThat(next.isReused()).isFalse();
    }
  }

  @Test
  void endingALeaseTwiceFreesItsSlotOnce() throws Exception {
    pool(PoolLimits.DEFAULT);
    Lease<String> lease = pool.take(target);
    Conn conn = lease.conn();
    lease.giveBack();
    lease.giveBack();
    lease.close();
    assertThat(pool.stats().idle()).isEqualTo(1);
    assertThat(pool.stats().leased()).isZero();
    assertThat(conn.isOpen()).isTrue();
    assertThatThrownBy(lease::conn).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aConnectionThatItsUserHasClosedIsNotReused() throws Exception {
    pool(ONE);
    try (Lease<String> lease = pool.take(target)) {
      lease.conn().close();
      lease.giveBack();
    }
    assertThat(pool.stats().idle()).isZero();
    pool.take(target).close();
    assertThat(dials).hasValue(2);
  }

  @Test
  void aConnectionThatThePeerHasClosedIsNotReused() throws Exception {
    pool(ONE);
    Conn first = takeAndGiveBack();
    listener.accept().close();
    eventually("the end of the stream arrives", first::isReadable);
    try (Lease<String> next = pool.take(target)) {
      assertThat(next.conn()).isNotSameAs(first);
      assertThat(next.isReused()).isFalse();
    }
    assertThat(first.isOpen()).isFalse();
    assertThat(pool.stats().stale()).isEqualTo(1);
  }

  @Test
  void aConnectionWithUnreadBytesIsNotReused() throws Exception {
    pool(ONE);
    Conn first = takeAndGiveBack();
    try (Conn server = listener.accept()) {
      server.write(new byte[] {1});
      eventually("the byte arrives", first::isReadable);
      try (Lease<String> next = pool.take(target)) {
        assertThat(next.conn()).isNotSameAs(first);
      }
    }
  }

  @Test
  void aConnectionThatIsStillReadOrWrittenIsNotReused() throws Exception {
    pool(PoolLimits.DEFAULT);
    try (var goroutines = new Goroutines()) {
      Lease<String> reads = pool.take(target);
      Conn read = reads.conn();
      Running<Integer> reading =
          goroutines.start(() -> read.read(new byte[1])).awaitBlockedIn("read");
      reads.giveBack();
      assertThat(reading.failure()).isInstanceOf(ClosedChannelException.class);

      Lease<String> writes = pool.take(target);
      Conn written = writes.conn();
      Running<Void> writing =
          goroutines.go(() -> written.write(new byte[16 << 20])).awaitBlockedIn("write");
      writes.giveBack();
      assertThat(writing.failure()).isInstanceOf(ClosedChannelException.class);
    }
    assertThat(pool.stats().idle()).isZero();
    assertThat(pool.stats().retired()).isEqualTo(2);
  }

  @Test
  void anIdleConnectionThatIsReadIsNotHandedOut() throws Exception {
    pool(PoolLimits.DEFAULT);
    Conn idle = takeAndGiveBack();
    try (var goroutines = new Goroutines()) {
      Running<Integer> reading =
          goroutines.start(() -> idle.read(new byte[1])).awaitBlockedIn("read");
      assertThat(takeAndGiveBack()).isNotSameAs(idle);
      assertThat(reading.failure()).isInstanceOf(ClosedChannelException.class);
    }
    assertThat(dials).hasValue(2);
    assertThat(pool.stats().stale()).isEqualTo(1);
  }

  @Test
  void deadlinesOfOneUserDoNotReachTheNext() throws Exception {
    pool(ONE);
    try (Lease<String> lease = pool.take(target);
        Conn server = listener.accept()) {
      lease.conn().setDeadline(Duration.ZERO);
      lease.giveBack();
      try (Lease<String> next = pool.take(target)) {
        next.conn().write(new byte[] {7});
        assertThat(server.read(new byte[1])).isEqualTo(1);
      }
    }
  }

  @Test
  void anOldConnectionIsNotReused() throws Exception {
    pool(PoolLimits.DEFAULT.withMaxAge(Duration.ofNanos(1)));
    Conn first = takeAndGiveBack();
    assertThat(first.isOpen()).isFalse();
  }

  @Test
  void anIdleConnectionGivesWayToAnotherTarget() throws Exception {
    pool(ONE);
    Conn first = takeAndGiveBack();
    try (Lease<String> other = pool.take(otherTarget())) {
      assertThat(other.isReused()).isFalse();
    }
    assertThat(first.isOpen()).isFalse();
  }

  @Test
  void noMoreThanTheAllowedNumberStaysIdle() throws Exception {
    pool(PoolLimits.DEFAULT.withMaxIdle(1));
    List<Lease<String>> leases = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      leases.add(pool.take(target));
    }
    List<Conn> conns = leases.stream().map(Lease::conn).toList();
    leases.forEach(Lease::giveBack);
    assertThat(pool.stats().idle()).isEqualTo(1);
    assertThat(conns.stream().filter(Conn::isOpen).count()).isEqualTo(1);
  }

  @Test
  void aPeersOwnIdleTimeEndsAConnectionEarlier() throws Exception {
    pool(PoolLimits.DEFAULT);
    Conn conn;
    try (Lease<String> lease = pool.take(target)) {
      conn = lease.conn();
      lease.giveBack(SOON);
    }
    eventually("the connection is closed", () -> !conn.isOpen());
    try (Lease<String> lease = pool.take(target)) {
      lease.giveBack(Duration.ZERO);
    }
    assertThat(pool.stats().idle()).isZero();
  }

  @Test
  void idleConnectionsAreClosedAfterTheirTime() throws Exception {
    pool(PoolLimits.DEFAULT.withIdleTimeout(SOON));
    Conn conn = takeAndGiveBack();
    eventually("the idle connection is closed", () -> !conn.isOpen());
    assertThat(pool.stats().idle()).isZero();
    assertThat(pool.stats().retired()).isEqualTo(1);
  }
}
