package dev.weft.net.pool;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Weft;
import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.testing.FailingClose;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("contract")
class ConnPoolTest {
  private static final PoolLimits ONE = PoolLimits.DEFAULT.maxTotal(1);
  private static final Duration SOON = Duration.ofMillis(20);

  private final AtomicInteger dials = new AtomicInteger();
  private Listener listener;
  private String target;
  private ConnPool<String> pool;

  @BeforeEach
  void listen() throws IOException {
    listener = Net.listen("tcp4", "127.0.0.1:0");
    target = listener.localAddress().toString().substring(1);
  }

  @AfterEach
  void close() {
    if (pool != null) {
      pool.close();
    }
    listener.close();
  }

  private ConnPool<String> pool(PoolLimits limits) {
    pool = new ConnPool<>(this::dial, limits);
    return pool;
  }

  private Conn dial(String to, Duration remaining) throws IOException {
    dials.incrementAndGet();
    return Net.dial("tcp", to, remaining);
  }

  /** Another name of the same server, hence another target. */
  private String otherTarget() {
    return target.replace("127.0.0.1", "localhost");
  }

  private Conn takeAndGiveBack() throws IOException {
    try (Lease<String> lease = pool.take(target)) {
      Conn conn = lease.conn();
      lease.giveBack();
      return conn;
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
  void aConnectionThatFailsToCloseCostsNoSlot() throws Exception {
    pool = new ConnPool<>((to, left) -> FailingClose.of(dial(to, left)), ONE);
    for (int i = 0; i < 3; i++) {
      pool.take(target).close();
      takeAndGiveBack();
      pool.take(otherTarget()).close(); // closes the idle one of the first target
    }
    assertThat(pool.stats().leased()).isZero();
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
    pool(PoolLimits.DEFAULT.maxPerTarget(1));
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
  void anIdleConnectionGivesWayToAnotherTarget() throws Exception {
    pool(ONE);
    Conn first = takeAndGiveBack();
    try (Lease<String> other = pool.take(otherTarget())) {
      assertThat(other.isReused()).isFalse();
    }
    assertThat(first.isOpen()).isFalse();
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
  void noMoreThanTheAllowedNumberStaysIdle() throws Exception {
    pool(PoolLimits.DEFAULT.maxIdle(1));
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

  @Test
  void closingEndsWaitsAndClosesWhatIsIdle() throws Exception {
    pool(PoolLimits.DEFAULT.maxPerTarget(1));
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
  void idleConnectionsAreClosedAfterTheirTime() throws Exception {
    pool(PoolLimits.DEFAULT.idleTimeout(SOON));
    Conn conn = takeAndGiveBack();
    eventually("the idle connection is closed", () -> !conn.isOpen());
    assertThat(pool.stats().idle()).isZero();
    assertThat(pool.stats().retired()).isEqualTo(1);
  }

  @Test
  void anOldConnectionIsNotReused() throws Exception {
    pool(PoolLimits.DEFAULT.maxAge(Duration.ofNanos(1)));
    Conn first = takeAndGiveBack();
    assertThat(first.isOpen()).isFalse();
  }

  @Test
  void aLeaseThatLastsTooLongIsReportedOnceWithItsStack() throws Exception {
    List<LeakedLease> leaks = new CopyOnWriteArrayList<>();
    pool = new ConnPool<>(this::dial, PoolLimits.DEFAULT.leaseTimeout(SOON), leaks::add);
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

  /** The lock of the pool is contended, and no time-out ends a wait whose wake-up was lost. */
  @Test
  void everyCallerThatWaitsWithoutEndGetsItsTurn() throws Exception {
    pool(PoolLimits.DEFAULT.maxTotal(4).maxPerTarget(4));
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
    pool(PoolLimits.DEFAULT.maxTotal(4).maxPerTarget(3).maxIdle(2).idleTimeout(SOON));
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
