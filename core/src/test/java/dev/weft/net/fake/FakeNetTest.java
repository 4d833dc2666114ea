package dev.weft.net.fake;

import static dev.weft.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.Bubble;
import dev.weft.Task;
import dev.weft.Weft;
import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.context.DeadlineExceededException;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.server.Server;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What links of a fake network do to connections. (That connections without such links behave as
 * all others do is shown by the contract tests.)
 */
@Tag("contract")
@Timeout(180)
class FakeNetTest {
  private static final String DB = "db:5432";
  private static final int BACKLOG = 128;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** Of one connection. */
  private record Ends(Conn client, Conn server) {}

  private final FakeNet net = new FakeNet();
  private final FakeLink link = net.link(DB);

  private static void inBubble(Task body) throws Exception {
    assumeTrue(
        Weft.info().fallbackBecause() == null, "bubbles need Weft's own scheduler: --add-opens");
    Bubble.run(body);
  }

  private static Duration since(Instant began) {
    return Duration.between(began, Bubble.now());
  }

  private Ends connect() throws IOException {
    try (Listener listener = net.listen(DB)) {
      Conn client = net.dial(DB);
      return new Ends(client, listener.accept());
    }
  }

  private static byte[] readFully(Conn conn, int length) throws IOException {
    byte[] all = new byte[length];
    for (int n = 0; n < length; ) {
      n += conn.read(all, n, length - n);
    }
    return all;
  }

  // Without a bubble

  @Test
  void addressesAreKnownToBothEnds() throws IOException {
    try (Listener listener = net.listen(DB);
        Conn client = net.dial(DB);
        Conn server = listener.accept()) {
      assertThat(client.remoteAddress()).isEqualTo(listener.localAddress());
      assertThat(server.remoteAddress()).isEqualTo(client.localAddress());
      assertThat(listener).hasToString("fake db:5432");
      assertThat(client.toString()).startsWith("fake client:").endsWith("->db:5432");
      client.write("hello".getBytes(UTF_8));
      assertThat(readFully(server, 5)).asString().isEqualTo("hello");
    }
  }

  @Test
  void anAddressIsTakenUntilItsListenerCloses() throws IOException {
    try (Listener listener = net.listen(DB)) {
      assertThatThrownBy(() -> net.listen(DB))
          .isInstanceOf(BindException.class)
          .hasMessageContaining("listen fake db:5432");
      assertThat(listener.isOpen()).isTrue();
    }
    net.listen(DB).close();
    try (Listener first = net.listen("db:0");
        Listener second = net.listen("db:0")) {
      assertThat(first.localAddress()).isNotEqualTo(second.localAddress());
    }
  }

  @Test
  void aDialWithoutAListenerIsRefused() throws IOException {
    assertThatThrownBy(() -> net.dial(DB))
        .isInstanceOf(ConnectException.class)
        .hasMessage("dial fake db:5432: connection refused");
    Listener listener = net.listen(DB);
    link.refuse(true);
    assertThatThrownBy(() -> net.dial(DB)).isInstanceOf(ConnectException.class);
    link.refuse(false);
    Conn client = net.dial(DB);
    listener.close();
    assertThatThrownBy(() -> net.dial(DB)).isInstanceOf(ConnectException.class);
    assertThatThrownBy(() -> client.read(new byte[1]))
        .as("was never accepted")
        .isInstanceOf(SocketException.class)
        .hasMessageEndingWith("connection reset by peer");
    client.close();
  }

  @Test
  void acceptingEndsByDeadlineContextAndClosing() throws Exception {
    try (Listener listener = net.listen(DB);
        var goroutines = new Goroutines()) {
      listener.setDeadline(Duration.ofMillis(1));
      assertThatThrownBy(listener::accept)
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessage("accept fake db:5432: i/o timeout");
      listener.setDeadline(null);
      try (var context = Context.background().withCancel()) {
        Running<Conn> accepting =
            goroutines.start(() -> listener.withContext(context).accept()).awaitBlockedIn("accept");
        context.cancel();
        assertThat(accepting.failure()).isInstanceOf(CancelledException.class);
      }
      Running<Conn> accepting = goroutines.start(listener::accept).awaitBlockedIn("accept");
      listener.close();
      assertThat(accepting.failure()).isInstanceOf(ClosedChannelException.class);
    }
  }

  @Test
  void dialsWaitInTurnWhileTheBacklogIsFull() throws Exception {
    List<Conn> clients = new ArrayList<>();
    try (Listener listener = net.listen(DB);
        var goroutines = new Goroutines()) {
      for (int i = 0; i < BACKLOG; i++) {
        clients.add(net.dial(DB));
      }
      Running<Conn> first = goroutines.start(() -> net.dial(DB)).awaitBlockedIn("dial");
      assertThatThrownBy(() -> net.dial(DB, Duration.ofMillis(1)))
          .isInstanceOf(SocketTimeoutException.class);
      Running<Conn> interrupted = goroutines.start(() -> net.dial(DB)).awaitBlockedIn("dial");
      Running<Conn> second = goroutines.start(() -> net.dial(DB)).awaitBlockedIn("dial");
      interrupted.thread().interrupt();
      assertThat(interrupted.failure()).isInstanceOf(InterruptedIOException.class);
      listener.accept().close();
      clients.add(first.join());
      listener.accept().close();
      clients.add(second.join());
      Running<Conn> refused = goroutines.start(() -> net.dial(DB)).awaitBlockedIn("dial");
      listener.close();
      assertThat(refused.failure()).isInstanceOf(ConnectException.class);
    }
    for (Conn client : clients) {
      client.close();
    }
  }

  @Test
  void aPlaceInTheBacklogThatADialLeavesIsFreeAgain() throws Exception {
    List<Conn> clients = new ArrayList<>();
    try (Listener listener = net.listen(DB)) {
      for (int i = 0; i < BACKLOG; i++) {
        clients.add(net.dial(DB));
      }
      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(() -> net.dial(DB, Duration.ofMillis(1)))
            .isInstanceOf(SocketTimeoutException.class);
      }
      for (int i = 0; i < 2 * BACKLOG; i++) {
        listener.accept().close();
        clients.add(net.dial(DB, MINUTE));
      }
    }
    for (Conn client : clients) {
      client.close();
    }
  }

  @Test
  void aWriteWaitsWhileManyPiecesAreUnderWay() throws Exception {
    Ends pair = connect();
    link.stall();
    try (Conn client = pair.client();
        Conn server = pair.server();
        var goroutines = new Goroutines()) {
      for (int i = 0; i < 1024; i++) {
        client.write(new byte[1]);
      }
      Running<Void> writing =
          goroutines.go(() -> client.write(new byte[1])).awaitBlockedIn("write");
      link.resume();
      readFully(server, 1025);
      writing.join();
    }
  }

  @Test
  void aServerServesIt() throws Exception {
    try (Server server = new Server(conn -> conn.write(new byte[] {42}))) {
      server.start(net.listen(DB));
      try (Conn client = net.dial(DB)) {
        assertThat(client.read(new byte[2])).isEqualTo(1);
        assertThat(client.read(new byte[2])).isEqualTo(-1);
      }
    }
  }

  @Test
  void piecesPartReadsAndWrites() throws IOException {
    link.pieces(3);
    Ends pair = connect();
    pair.client().write("hello".getBytes(UTF_8));
    byte[] read = new byte[10];
    assertThat(pair.server().read(read)).isEqualTo(3);
    assertThat(pair.server().read(read, 3, 7)).isEqualTo(2);
    assertThat(new String(read, 0, 5, UTF_8)).isEqualTo("hello");
    pair.client().close();
    pair.server().close();
  }

  @Test
  void aBrokenLinkResetsBothEndsAndNewConnectionsWork() throws IOException {
    Ends pair = connect();
    pair.client().write(new byte[1]);
    link.reset();
    for (Conn conn : new Conn[] {pair.client(), pair.server()}) {
      assertThatThrownBy(() -> conn.read(new byte[1]))
          .isInstanceOf(SocketException.class)
          .hasMessageEndingWith("connection reset by peer");
      assertThatThrownBy(() -> conn.write(new byte[1]))
          .isInstanceOf(SocketException.class)
          .hasMessageEndingWith("connection reset by peer");
      conn.close();
    }
    Ends another = connect();
    another.client().write(new byte[1]);
    assertThat(another.server().read(new byte[1])).isEqualTo(1);
    another.client().close();
    another.server().close();
  }

  @Test
  void aBreakWakesThoseThatWait() throws Exception {
    Ends pair = connect();
    try (var goroutines = new Goroutines()) {
      Running<Integer> reading =
          goroutines.start(() -> pair.client().read(new byte[1])).awaitBlockedIn("read");
      Running<Void> writing =
          goroutines.go(() -> pair.server().write(new byte[1 << 20])).awaitBlockedIn("write");
      Running<Integer> behind =
          goroutines.start(() -> pair.server().read(new byte[1])).awaitBlockedIn("read");
      link.reset();
      assertThat(behind.failure()).isInstanceOf(SocketException.class);
      assertThat(writing.failure()).isInstanceOf(SocketException.class);
      if (reading.join() > 0) { // the written bytes were there first
        assertThatThrownBy(() -> pair.client().read(new byte[1]))
            .isInstanceOf(SocketException.class);
      }
    }
    pair.client().close();
    pair.server().close();
  }

  @Test
  void aStalledDialWaitsForItsInterrupt() throws Exception {
    link.stall();
    try (Listener listener = net.listen(DB);
        var goroutines = new Goroutines()) {
      Running<Conn> dialling = goroutines.start(() -> net.dial(DB)).awaitBlockedIn("dial");
      dialling.thread().interrupt();
      assertThat(dialling.failure())
          .isInstanceOf(InterruptedIOException.class)
          .hasMessage("dial fake db:5432: interrupted");
      Running<Conn> second = goroutines.start(() -> net.dial(DB)).awaitBlockedIn("dial");
      link.resume();
      second.join().close();
      assertThat(listener.isOpen()).isTrue();
    }
  }

  @Test
  void delaysAreRealOutsideOfABubble() throws Exception {
    link.delay(Duration.ofMillis(5));
    long began = System.nanoTime();
    Ends pair = connect();
    pair.client().write(new byte[1]);
    assertThat(pair.server().read(new byte[1])).isEqualTo(1);
    assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(15_000_000L);
    pair.client().write(new byte[1]);
    eventually("the byte is there", () -> pair.server().isReadable());
    pair.client().close();
    pair.server().close();
  }

  // In a bubble

  @Test
  void aRoundTripTakesTwoDelays() throws Exception {
    inBubble(() -> {
      link.delay(MINUTE);
      Instant began = Bubble.now();
      Ends pair = connect();
      assertThat(since(began)).isEqualTo(MINUTE.multipliedBy(2));
      try (Conn client = pair.client();
          Conn server = pair.server()) {
        client.write(new byte[2]);
        server.awaitReadable();
        assertThat(since(began)).isEqualTo(MINUTE.multipliedBy(3));
        assertThat(server.read(new byte[9])).isEqualTo(2);
        client.closeWrite();
        assertThat(server.isReadable()).isFalse();
        assertThat(server.read(new byte[1])).isEqualTo(-1);
        assertThat(since(began)).isEqualTo(MINUTE.multipliedBy(4));
      }
    });
  }

  @Test
  void aResetByTheOtherEndArrivesBehindItsBytes() throws Exception {
    inBubble(() -> {
      Ends pair = connect();
      link.delay(MINUTE);
      try (Conn client = pair.client();
          Conn server = pair.server()) {
        Instant began = Bubble.now();
        server.write(new byte[2]);
        Weft.sleep(Duration.ofSeconds(10));
        server.abort();
        assertThat(client.isReadable()).isFalse();
        assertThat(client.read(new byte[9])).isEqualTo(2);
        assertThat(since(began)).isEqualTo(MINUTE);
        assertThatThrownBy(() -> client.read(new byte[9]))
            .isInstanceOf(SocketException.class)
            .hasMessageEndingWith("connection reset by peer");
        assertThat(since(began)).isEqualTo(MINUTE.plusSeconds(10));
      }
    });
  }

  @Test
  void aResetByTheOtherEndIsHeldBackByAStall() throws Exception {
    Ends pair = connect();
    link.stall();
    try (Conn client = pair.client();
        Conn server = pair.server();
        var goroutines = new Goroutines()) {
      client.write(new byte[1]);
      server.close();
      assertThat(client.isReadable()).isFalse();
      Running<Integer> reading =
          goroutines.start(() -> client.read(new byte[1])).awaitBlockedIn("read");
      link.resume();
      assertThat(reading.failure())
          .isInstanceOf(SocketException.class)
          .hasMessageEndingWith("connection reset by peer");
    }
  }

  @Test
  void bytesUnderWayArriveInOrderAndEachAtItsTime() throws Exception {
    inBubble(() -> {
      Ends pair = connect();
      link.delay(MINUTE);
      try (Conn client = pair.client();
          Conn server = pair.server()) {
        Instant began = Bubble.now();
        client.write(new byte[] {1});
        Weft.sleep(Duration.ofSeconds(10));
        client.write(new byte[] {2});
        link.delay(Duration.ZERO);
        client.write(new byte[] {3});
        assertThat(server.read(new byte[9])).isEqualTo(1);
        assertThat(since(began)).isEqualTo(MINUTE);
        assertThat(server.read(new byte[9])).isEqualTo(2);
        assertThat(since(began)).isEqualTo(MINUTE.plusSeconds(10));
      }
    });
  }

  @Test
  void aSlowLinkTakesTheTimeOfItsBytes() throws Exception {
    inBubble(() -> {
      Ends pair = connect();
      link.bytesPerSecond(1000).delay(Duration.ofSeconds(1));
      try (Conn client = pair.client();
          Conn server = pair.server()) {
        Instant began = Bubble.now();
        Thread sender = Weft.go(() -> client.write(new byte[200_000]));
        readFully(server, 200_000);
        assertThat(since(began)).isEqualTo(Duration.ofSeconds(201));
        sender.join();
      }
    });
  }

  @Test
  void aStalledLinkIsNoticedByTimeOutsOnly() throws Exception {
    inBubble(() -> {
      Ends pair = connect();
      try (Listener listener = net.listen(DB);
          Conn client = pair.client();
          Conn server = pair.server()) {
        link.stall();
        Instant began = Bubble.now();
        client.write(new byte[3]);
        server.setReadDeadline(MINUTE);
        assertThatThrownBy(() -> server.read(new byte[9]))
            .isInstanceOf(SocketTimeoutException.class);
        assertThatThrownBy(() -> net.dial(DB, MINUTE))
            .isInstanceOf(SocketTimeoutException.class)
            .hasMessage("dial fake db:5432: i/o timeout");
        try (var context = Context.background().withTimeout(MINUTE)) {
          assertThatThrownBy(() -> net.dial(context, DB))
              .isInstanceOf(DeadlineExceededException.class);
        }
        client.setWriteDeadline(MINUTE);
        assertThatThrownBy(() -> client.write(new byte[100_000]))
            .isInstanceOfSatisfying(
                SocketTimeoutException.class,
                e -> assertThat(e.bytesTransferred).isEqualTo(64 * 1024 - 3));
        assertThat(since(began)).isEqualTo(MINUTE.multipliedBy(4));
        server.setReadDeadline(null);
        link.resume();
        assertThat(readFully(server, 64 * 1024)).hasSize(64 * 1024);
        net.dial(DB).close();
        listener.accept().close();
        assertThat(since(began)).isEqualTo(MINUTE.multipliedBy(4));
      }
    });
  }

  @Test
  void aTimeOutOfADialMayComeBeforeItsAnswer() throws Exception {
    inBubble(() -> {
      link.delay(MINUTE);
      Instant began = Bubble.now();
      assertThatThrownBy(() -> net.dial(DB, MINUTE)).isInstanceOf(SocketTimeoutException.class);
      assertThat(since(began)).isEqualTo(MINUTE);
      assertThatThrownBy(() -> net.dial(DB, MINUTE.multipliedBy(3)))
          .isInstanceOf(ConnectException.class);
      assertThat(since(began)).isEqualTo(MINUTE.multipliedBy(3));
    });
  }

  @Test
  void afterAStallThoseWhoWaitedContinueInTheirOrder() throws Exception {
    List<Integer> order = new ArrayList<>();
    List<Integer> expected = new ArrayList<>();
    inBubble(() -> {
      List<Thread> all = new ArrayList<>();
      List<Ends> pairs = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        pairs.add(connect());
        expected.add(i);
      }
      link.stall();
      try (Listener listener = net.listen(DB)) {
        for (int i = 0; i < 20; i++) {
          int reader = i;
          Ends pair = pairs.get(i);
          pair.client().write(new byte[1]);
          all.add(
              Weft.go(() -> {
                pair.server().awaitReadable();
                order.add(reader);
              }));
        }
        for (int i = 20; i < 40; i++) {
          int dialler = i;
          expected.add(i);
          all.add(
              Weft.go(() -> {
                net.dial(DB).close();
                order.add(dialler);
              }));
        }
        Weft.sleep(MINUTE);
        assertThat(order).isEmpty();
        link.resume();
        for (Thread each : all) {
          each.join();
        }
        assertThat(listener.isOpen()).isTrue();
      }
      for (Ends pair : pairs) {
        pair.client().close();
        pair.server().close();
      }
    });
    assertThat(order).isEqualTo(expected);
  }

  @Test
  void theSameTestGoesTheSameWay() throws Exception {
    List<List<String>> runs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      List<String> events = new ArrayList<>();
      runs.add(events);
      FakeNet fresh = new FakeNet();
      inBubble(() -> {
        fresh.link(DB).delay(Duration.ofMillis(7)).pieces(5).bytesPerSecond(10_000);
        Instant began = Bubble.now();
        try (Listener listener = fresh.listen(DB)) {
          List<Thread> all = new ArrayList<>();
          for (int k = 0; k < 10; k++) {
            byte id = (byte) k;
            all.add(
                Weft.go(() -> {
                  try (Conn conn = fresh.dial(DB)) {
                    Weft.sleep(Duration.ofMillis(id * 3L));
                    conn.write(new byte[] {id, 1, 2, 3, 4, 5, 6, 7});
                  }
                }));
          }
          for (int k = 0; k < 10; k++) {
            Conn conn = listener.accept();
            all.add(
                Weft.go(() -> {
                  try (conn) {
                    byte[] piece = new byte[100];
                    for (int n; (n = conn.read(piece)) > 0; ) {
                      events.add(piece[0] + " " + n + " " + since(began));
                    }
                  }
                }));
          }
          for (Thread each : all) {
            each.join();
          }
        }
      });
    }
    assertThat(runs.getFirst()).hasSize(20);
    assertThat(runs).allMatch(runs.getFirst()::equals);
  }
}
