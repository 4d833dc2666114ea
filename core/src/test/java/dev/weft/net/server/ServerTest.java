package dev.weft.net.server;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Weft;
import dev.weft.context.Context;
import dev.weft.net.Conn;
import dev.weft.net.FilterListener;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.testing.Failing;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("contract")
class ServerTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private Server server;
  private Listener listener;

  @AfterEach
  void close() {
    server.close();
  }

  private void start(Server configured) throws IOException {
    server = configured;
    listener = Net.listen("tcp4", "127.0.0.1:0");
    server.start(listener);
  }

  private Conn dial() throws IOException {
    return Net.dial("tcp", listener.localAddress().toString().substring(1));
  }

  /**
   * On selectors the kernel goes on listening after the close until the selector has run again, and
   * resets the connections that it has made meanwhile.
   */
  private boolean isRefused() throws IOException {
    try (Conn conn = dial()) {
      return !conn.isOpen();
    } catch (ConnectException e) {
      return true;
    } catch (SocketException e) {
      return false;
    }
  }

  private static void echo(Conn conn) throws IOException {
    byte[] buffer = new byte[100];
    for (int n; (n = conn.read(buffer)) != -1; ) {
      conn.write(buffer, 0, n);
    }
  }

  /** The listener, whose connections are changed before they are accepted. */
  private Listener changing(UnaryOperator<Conn> change) {
    return new FilterListener(listener) {
      @Override
      public Listener withContext(Context context) {
        return this;
      }

      @Override
      public Conn accept() throws IOException {
        return change.apply(listener.accept());
      }
    };
  }

  @Test
  void aConnectionThatFailsToCloseIsNotCountedAsOpen() throws Exception {
    server = new Server(ServerTest::echo);
    listener = Net.listen("tcp4", "127.0.0.1:0");
    server.start(changing(conn -> Failing.after("close", Conn.class, conn)));
    try (Conn conn = dial()) {
      conn.write(new byte[] {1});
      assertThat(conn.read(new byte[1])).isEqualTo(1);
    }
    eventually("it has ended", () -> server.stats().open() == 0);
    assertThat(server.drain(LONG)).isZero();
  }

  @Test
  void allIsClosedAlthoughClosingFails() throws Exception {
    server = new Server(ServerTest::echo).onDrain(_ -> {});
    server.start(Failing.after("close", Listener.class, Net.listen("tcp4", "127.0.0.1:0")));
    listener = Net.listen("tcp4", "127.0.0.1:0");
    server.start(changing(conn -> Failing.after("close", Conn.class, conn)));
    try (Conn one = dial();
        Conn two = dial()) {
      one.setReadDeadline(LONG);
      two.setReadDeadline(LONG);
      eventually("both are served", () -> server.stats().open() == 2);
      assertThatThrownBy(server::close)
          .hasMessage("Listener.close fails on purpose")
          .satisfies(e -> assertThat(e.getSuppressed()).hasSize(2));
      assertThat(listener.isOpen()).isFalse();
      assertThat(one.read(new byte[1])).isEqualTo(-1);
      assertThat(two.read(new byte[1])).isEqualTo(-1);
      eventually("they have ended", () -> server.stats().open() == 0);
    }
  }

  @Test
  void everyConnectionIsServedAndClosed() throws Exception {
    start(new Server(ServerTest::echo));
    try (Conn one = dial();
        Conn two = dial()) {
      two.write(new byte[] {2});
      one.write(new byte[] {1});
      assertThat(one.read(new byte[1])).isEqualTo(1);
      assertThat(two.read(new byte[1])).isEqualTo(1);
      one.closeWrite();
      assertThat(one.read(new byte[1])).isEqualTo(-1);
      eventually("the first has ended", () -> server.stats().open() == 1);
      assertThat(server.stats().accepted()).isEqualTo(2);
    }
  }

  @Test
  void aHandlersFailureEndsItsConnectionAndNoOther() throws Exception {
    List<Exception> failures = new CopyOnWriteArrayList<>();
    start(
        new Server(
                conn -> {
                  byte[] buffer = new byte[1];
                  while (conn.read(buffer) == 1) {
                    if (buffer[0] == 0) {
                      throw new IllegalStateException("on purpose");
                    }
                    conn.write(buffer);
                  }
                })
            .onFailure((conn, failure) -> failures.add(failure)));
    try (Conn good = dial();
        Conn bad = dial()) {
      bad.write(new byte[] {0});
      assertThat(bad.read(new byte[1])).isEqualTo(-1);
      good.write(new byte[] {1});
      assertThat(good.read(new byte[1])).isEqualTo(1);
      eventually("it is counted", () -> server.stats().failed() == 1);
      assertThat(failures).hasSize(1);
    }
  }

  @Test
  void anIoFailureIsCountedAsThePeers() throws Exception {
    start(
        new Server(conn -> {
          throw new IOException("on purpose");
        }));
    try (Conn conn = dial()) {
      assertThat(conn.read(new byte[1])).isEqualTo(-1);
    }
    eventually("it is counted", () -> server.stats().brokenByPeer() == 1);
  }

  @Test
  void anIdleConnectionEnds() throws Exception {
    start(new Server(ServerTest::echo).idleTimeout(Duration.ofMillis(20)));
    try (Conn conn = dial()) {
      assertThat(conn.read(new byte[1])).isEqualTo(-1);
    }
    eventually("it is counted", () -> server.stats().idle() == 1);
  }

  @Test
  void aHandlersOwnDeadlineReplacesTheIdleTimeout() throws Exception {
    start(
        new Server(
                conn -> {
                  conn.setDeadline(null);
                  echo(conn);
                })
            .idleTimeout(Duration.ofNanos(1)));
    try (Conn conn = dial()) {
      conn.write(new byte[] {1});
      assertThat(conn.read(new byte[1])).isEqualTo(1);
    }
    assertThat(server.stats().idle()).isZero();
  }

  @Test
  void aDeadlineHoldsForViewsThatWereMadeBefore() throws Exception {
    start(
        new Server(
                conn -> {
                  Conn view = conn.withContext(Context.background());
                  conn.setDeadline(null);
                  echo(view);
                })
            .idleTimeout(Duration.ofNanos(1)));
    try (Conn conn = dial()) {
      conn.write(new byte[] {1});
      assertThat(conn.read(new byte[1])).isEqualTo(1);
    }
    assertThat(server.stats().idle()).isZero();
  }

  @Test
  void drainingLetsHandlersFinish() throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    CountDownLatch hasRequest = new CountDownLatch(1);
    start(
        new Server(conn -> {
          byte[] request = new byte[1];
          while (conn.read(request) == 1) {
            hasRequest.countDown();
            mayAnswer.await();
            conn.write(request);
          }
        }));
    try (var goroutines = new Goroutines();
        Conn conn = dial()) {
      conn.write(new byte[] {5});
      hasRequest.await();
      Running<Integer> draining = goroutines.start(() -> server.drain(LONG));
      draining.awaitBlockedIn("drain");
      eventually("dials are refused", this::isRefused);
      mayAnswer.countDown();
      assertThat(conn.read(new byte[1])).isEqualTo(1);
      assertThat(conn.read(new byte[1])).isEqualTo(-1);
      assertThat(draining.join()).isZero();
    }
  }

  @Test
  void eachConnectionIsToldToDrainOnce() throws Exception {
    List<Conn> told = new CopyOnWriteArrayList<>();
    start(new Server(ServerTest::echo).onDrain(told::add));
    try (var goroutines = new Goroutines();
        Conn conn = dial()) {
      conn.write(new byte[] {1});
      conn.read(new byte[1]);
      goroutines.start(() -> server.drain(LONG)).awaitBlockedIn("drain");
      server.close();
      assertThat(told).hasSize(1);
    }
  }

  @Test
  void drainingEndsConnectionsThatWaitForARequest() throws Exception {
    start(new Server(ServerTest::echo));
    try (Conn conn = dial()) {
      conn.write(new byte[] {1});
      conn.read(new byte[1]);
      assertThat(server.drain(LONG)).isZero();
      assertThat(conn.read(new byte[1])).isEqualTo(-1);
    }
  }

  @Test
  void atTheDeadlineTheRestIsClosedAndItsContextCancelled() throws Exception {
    CountDownLatch serving = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    start(
        new Server(conn -> {
          Context.current().afterFunc(cancelled::countDown);
          serving.countDown();
          cancelled.await();
        }));
    try (Conn conn = dial()) {
      serving.await();
      assertThat(server.drain(Duration.ofMillis(20))).isEqualTo(1);
      cancelled.await();
      assertThat(conn.read(new byte[1])).isEqualTo(-1);
    }
    eventually("the handler has ended", () -> server.stats().open() == 0);
  }

  @Test
  void aConnectionThatIsAcceptedDuringTheCloseIsClosed() throws Exception {
    CountDownLatch accepted = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    server = new Server(conn -> Weft.sleep(LONG));
    listener = Net.listen("tcp4", "127.0.0.1:0");
    server.start(
        changing(conn -> {
          accepted.countDown();
          awaitLatch(closed);
          return conn;
        }));
    try (Conn conn = dial()) {
      conn.setReadDeadline(LONG);
      accepted.await();
      server.close();
      closed.countDown();
      assertThat(conn.read(new byte[1])).isEqualTo(-1);
    }
    eventually("it has ended", () -> server.stats().open() == 0);
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void acceptingGoesOnAfterUnknownFailures() throws Exception {
    server = new Server(ServerTest::echo);
    listener = Net.listen("tcp4", "127.0.0.1:0");
    FailingListener failing = new FailingListener(listener, 3);
    server.start(failing);
    try (Conn conn = dial()) {
      conn.write(new byte[] {1});
      assertThat(conn.read(new byte[1])).isEqualTo(1);
    }
    assertThat(failing.failures()).isEqualTo(3);
  }

  @Test
  void aClosedServerTakesNoListener() throws Exception {
    start(new Server(ServerTest::echo));
    server.close();
    Listener another = Net.listen("tcp4", "127.0.0.1:0");
    assertThatThrownBy(() -> server.start(another)).isInstanceOf(IllegalStateException.class);
    assertThat(another.isOpen()).isFalse();
  }
}
