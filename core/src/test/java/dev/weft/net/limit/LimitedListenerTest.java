package dev.weft.net.limit;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.net.Conn;
import dev.weft.net.FilterListener;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("contract")
class LimitedListenerTest {
  private final List<Conn> clients = new ArrayList<>();
  private LimitedListener listener;

  @AfterEach
  void close() {
    clients.forEach(Conn::close);
    listener.close();
  }

  private void listen(Limits limits) throws IOException {
    listener = limits.on(Net.listen("tcp4", "127.0.0.1:0"));
  }

  private Conn dial() throws IOException {
    Conn conn = Net.dial("tcp", listener.localAddress().toString().substring(1));
    clients.add(conn);
    return conn;
  }

  private Conn connect() throws IOException {
    dial();
    return listener.accept();
  }

  /** Dials, and sees the reset: while reading, or already at the end of dialling. */
  private void assertReset() {
    assertThatThrownBy(
            () -> {
              Conn client = dial();
              client.setReadDeadline(Duration.ofSeconds(60));
              client.read(new byte[1]);
            })
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("connection reset by peer");
  }

  @Test
  void acceptingWaitsWhileAllPlacesAreTaken() throws Exception {
    listen(Limits.NONE.maxConnections(1));
    Conn first = connect();
    try (var goroutines = new Goroutines()) {
      Running<Conn> second = goroutines.start(() -> listener.accept());
      dial();
      eventually("the second waits for a place", () -> listener.stats().waiting() == 1);
      first.close();
      second.join().close();
    }
    assertThat(listener.stats().connections()).isZero();
    assertThat(listener.stats().waits()).isEqualTo(1);
    assertThat(listener.stats().refused(Refusal.FULL)).isZero();
  }

  @Test
  void theWaitForTheAcceptRateEndsWithTheContextAnInterruptAndTheListener() throws Exception {
    listen(Limits.NONE.acceptRate(1e-5, 1)); // the second comes after a day
    connect();
    try (var goroutines = new Goroutines();
        var context = Context.background().withCancel()) {
      var cancelled = goroutines.start(() -> listener.withContext(context).accept());
      cancelled.awaitBlockedIn("awaitRate");
      context.cancel();
      assertThat(cancelled.failure()).isInstanceOf(CancelledException.class);
      var interrupted = goroutines.start(() -> listener.accept()).awaitBlockedIn("awaitRate");
      interrupted.thread().interrupt();
      assertThat(interrupted.failure()).isInstanceOf(InterruptedIOException.class);
      var closed = goroutines.start(() -> listener.accept()).awaitBlockedIn("awaitRate");
      listener.close();
      assertThat(closed.failure()).isInstanceOf(ClosedChannelException.class);
    }
  }

  @Test
  void aConnectionThatCannotBeCountedIsClosedAndLeavesItsPlace() throws Exception {
    var failing =
        new FilterListener(Net.listen("tcp4", "127.0.0.1:0")) {
          private boolean failed;

          @Override
          public Conn accept() throws IOException {
            Conn conn = super.accept();
            if (failed) {
              return conn;
            }
            failed = true;
            return withoutMemoryForActions(conn);
          }

          @Override
          public Listener withContext(Context context) {
            return listener.withContext(context);
          }
        };
    listener = Limits.NONE.maxConnections(1).maxPerPeer(1).on(failing);
    Conn first = dial();
    assertThatThrownBy(() -> listener.accept()).isInstanceOf(OutOfMemoryError.class);
    assertThat(first.read(new byte[1])).isEqualTo(-1);
    connect().close();
    assertThat(listener.stats().connections()).isZero();
  }

  private static Conn withoutMemoryForActions(Conn conn) {
    InvocationHandler handler =
        (_, method, arguments) -> {
          if (method.getName().equals("onClose")) {
            throw new OutOfMemoryError("on purpose");
          }
          return method.invoke(conn, arguments);
        };
    return (Conn)
        Proxy.newProxyInstance(Conn.class.getClassLoader(), new Class<?>[] {Conn.class}, handler);
  }

  @Test
  void connectionsBeyondThePlacesAreResetWhenRefusingAtOnce() throws Exception {
    listen(Limits.NONE.maxConnections(1, Duration.ZERO));
    Conn first = connect();
    try (var goroutines = new Goroutines()) {
      Running<Conn> next = goroutines.start(() -> listener.accept());
      assertReset();
      assertThat(listener.stats().refused(Refusal.FULL)).isEqualTo(1);
      first.close();
      Conn third = dial();
      third.write(new byte[] {3});
      try (Conn accepted = next.join()) {
        assertThat(accepted.read(new byte[1])).isEqualTo(1);
      }
    }
  }

  @Test
  void connectionsAreRefusedWhenTheWaitForAPlaceIsOver() throws Exception {
    listen(Limits.NONE.maxConnections(1, Duration.ofMillis(20)));
    try (Conn _ = connect();
        var goroutines = new Goroutines()) {
      Running<Conn> next = goroutines.start(() -> listener.accept());
      assertReset();
      listener.close();
      assertThat(next.failure()).isInstanceOf(ClosedChannelException.class);
    }
    assertThat(listener.stats().waits()).isPositive();
  }

  @Test
  void aHandlerOfRefusalsMayAnswer() throws Exception {
    listen(
        Limits.NONE
            .maxConnections(1, Duration.ZERO)
            .onRefused((conn, why) -> {
              try {
                conn.write(why.toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII));
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            }));
    try (Conn _ = connect();
        var goroutines = new Goroutines()) {
      Running<Conn> next = goroutines.start(() -> listener.accept());
      Conn refused = dial();
      assertThat(refused.inputStream().readAllBytes()).asString().isEqualTo("FULL");
      listener.close();
      next.failure();
    }
  }

  @Test
  void onePeerHasNoMoreThanItsShare() throws Exception {
    listen(Limits.NONE.maxPerPeer(2));
    Conn first = connect();
    Conn second = connect();
    try (var goroutines = new Goroutines()) {
      Running<Conn> next = goroutines.start(() -> listener.accept());
      assertReset();
      assertThat(listener.stats().refused(Refusal.PEER)).isEqualTo(1);
      first.close();
      dial();
      next.join().close();
    }
    second.close();
    assertThat(listener.stats().connections()).isZero();
  }

  @Test
  void aPermitEndsOnceHoweverOftenTheConnectionIsClosed() throws Exception {
    listen(Limits.NONE.maxConnections(2));
    Conn conn = connect();
    Conn view = conn.withContext(Context.background());
    view.close();
    conn.close();
    conn.close();
    assertThat(listener.stats().connections()).isZero();
    connect();
    connect();
    assertThat(listener.stats().connections()).isEqualTo(2);
    listener.setDeadline(Duration.ofMillis(1));
    assertThatThrownBy(() -> listener.accept()).isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void closingADeadlineAnInterruptAndAContextEndTheWaitForAPlace() throws Exception {
    listen(Limits.NONE.maxConnections(1));
    connect();
    listener.setDeadline(Duration.ofMillis(1));
    assertThatThrownBy(() -> listener.accept())
        .isInstanceOf(SocketTimeoutException.class)
        .hasMessageContaining("all places are taken");
    listener.setDeadline(null);
    try (var goroutines = new Goroutines();
        var context = Context.background().withCancel()) {
      Running<Conn> cancelled = goroutines.start(() -> listener.withContext(context).accept());
      Running<Conn> interrupted = goroutines.start(() -> listener.accept());
      Running<Conn> closed = goroutines.start(() -> listener.accept());
      eventually("all wait", () -> listener.stats().waiting() == 3);
      context.cancel();
      assertThat(cancelled.failure()).isInstanceOf(CancelledException.class);
      interrupted.thread().interrupt();
      assertThat(interrupted.failure()).isInstanceOf(InterruptedIOException.class);
      listener.close();
      assertThat(closed.failure()).isInstanceOf(ClosedChannelException.class);
    }
  }

  @Test
  void thoseThatWaitForAPlaceFailAlthoughTheListenerFailsToClose() throws Exception {
    Listener failing =
        new FilterListener(Net.listen("tcp4", "127.0.0.1:0")) {
          private boolean failed;

          @Override
          public void close() {
            super.close();
            if (!failed) {
              failed = true;
              throw new OutOfMemoryError("on purpose");
            }
          }

          @Override
          public Listener withContext(Context context) {
            return listener.withContext(context);
          }
        };
    listener = Limits.NONE.maxConnections(1).on(failing);
    connect();
    try (var goroutines = new Goroutines()) {
      Running<Conn> waiting = goroutines.start(() -> listener.accept());
      eventually("it waits", () -> listener.stats().waiting() == 1);
      assertThatThrownBy(() -> listener.close()).isInstanceOf(OutOfMemoryError.class);
      assertThat(waiting.failure()).isInstanceOf(ClosedChannelException.class);
    }
  }

  /** The end of the longest times is beyond the range of nanoTime. */
  @Test
  void aDeadlineMayBeAnyDuration() throws Exception {
    listen(Limits.NONE.maxConnections(1));
    connect();
    listener.setDeadline(Duration.ofSeconds(Long.MIN_VALUE));
    assertThatThrownBy(() -> listener.accept()).isInstanceOf(SocketTimeoutException.class);
    listener.setDeadline(Duration.ofSeconds(Long.MAX_VALUE));
    try (var goroutines = new Goroutines()) {
      Running<Conn> accepting = goroutines.start(() -> listener.accept());
      eventually("it waits", () -> listener.stats().waiting() == 1);
      listener.close();
      assertThat(accepting.failure()).isInstanceOf(ClosedChannelException.class);
    }
  }

  @Test
  void acceptingKeepsTheRate() throws Exception {
    listen(Limits.NONE.acceptRate(1e-5, 2)); // the third comes after a day
    connect();
    connect();
    listener.setDeadline(Duration.ofMillis(1));
    dial();
    assertThatThrownBy(() -> listener.accept()).isInstanceOf(SocketTimeoutException.class);
    assertThat(listener.stats().waits()).isEqualTo(1);
    assertThat(listener.stats().accepted()).isEqualTo(2);
  }

  @Test
  void aFailedAcceptGivesItsPlaceBack() throws Exception {
    listen(Limits.NONE.maxConnections(1));
    for (int i = 0; i < 3; i++) {
      listener.setDeadline(Duration.ZERO);
      assertThatThrownBy(() -> listener.accept()).isInstanceOf(SocketTimeoutException.class);
    }
    listener.setDeadline(null);
    connect().close();
  }

  @Test
  void buffersWaitForTheirShareOfMemory() throws Exception {
    listen(Limits.NONE.bufferMemory(100));
    MemoryBudget memory = listener.memory();
    try (var goroutines = new Goroutines()) {
      MemoryBudget.Share share = memory.take(80, null);
      assertThatThrownBy(() -> memory.take(21, Duration.ZERO))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessage("take 21 bytes of buffers: 80 of 100 are taken");
      Running<MemoryBudget.Share> waiting = goroutines.start(() -> memory.take(60, null));
      waiting.awaitBlockedIn("take");
      share.close();
      share.close();
      waiting.join();
      assertThat(listener.stats().bufferBytes()).isEqualTo(60);
      assertThat(listener.stats().buffersRefused()).isEqualTo(1);
    }
    assertThatThrownBy(() -> memory.take(101, null)).isInstanceOf(IllegalArgumentException.class);
  }
}
