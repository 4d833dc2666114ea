package dev.weft.cli.proxy.restart;

import static dev.weft.cli.proxy.ProxyTester.at;
import static dev.weft.cli.proxy.ProxyTester.eventually;
import static dev.weft.cli.proxy.ProxyTester.passesOne;
import static dev.weft.cli.proxy.ProxyTester.settings;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.Weft;
import dev.weft.cli.proxy.Certificates;
import dev.weft.cli.proxy.ProxyTester;
import dev.weft.cli.proxy.forward.TcpProxy;
import dev.weft.cli.proxy.settings.Settings;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.Passable;
import dev.weft.net.UnixConn;
import dev.weft.net.UnixListener;
import dev.weft.net.tls.TlsConfig;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both sides of a hot restart, in one process. */
class HandoverTest {
  private final ProxyTester tester = new ProxyTester();
  private static final AtomicInteger TESTS = new AtomicInteger();

  /** Of each test its own: a name is free again when the last call that waits on it has ended. */
  private final String socket =
      "@weft-handover-test-" + ProcessHandle.current().pid() + "-" + TESTS.incrementAndGet();

  @BeforeEach
  void requireDescriptorPassing() {
    assumeThat(Weft.info().poller()).as("passes descriptors").isNotEqualTo("selector");
  }

  @AfterEach
  void close() throws Exception {
    tester.close();
  }

  /** A proxy that takes over from the one before and waits for the next. */
  private final class Generation {
    final TcpProxy proxy;
    final CountDownLatch handedOver = new CountDownLatch(1);

    Generation(Settings settings) throws IOException {
      Takeover takeover = Takeover.from(socket);
      proxy = tester.closing(new TcpProxy(settings, takeover, null));
      proxy.start();
      takeover.ready();
      tester.closing(
          new Handover(
              socket,
              proxy::listeners,
              () -> {
                proxy.stop();
                handedOver.countDown();
              }));
    }
  }

  /** Connects again and again, and notes each failure. */
  private static final class Load {
    final AtomicLong served = new AtomicLong();
    final Queue<Exception> failures = new ConcurrentLinkedQueue<>();
    private final SocketAddress proxy;
    private final @Nullable TlsConfig tls;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    Load(SocketAddress proxy, @Nullable TlsConfig tls, int clients) {
      this.proxy = proxy;
      this.tls = tls;
      for (int i = 0; i < clients; i++) {
        threads.add(Weft.go(this::run));
      }
    }

    private void run() throws InterruptedException {
      while (!stopped) {
        try (Conn conn = dial()) {
          passesOne(conn);
          served.incrementAndGet();
        } catch (IOException | AssertionError e) {
          failures.add(new Exception(e));
        }
        Weft.sleep(Duration.ofMillis(1));
      }
    }

    private Conn dial() throws IOException {
      Conn conn = Net.dial(proxy);
      return tls == null ? conn : tls.client(conn, "localhost");
    }

    void awaitMore(int count) throws Exception {
      long goal = served.get() + count;
      eventually(count + " more connections", () -> served.get() >= goal || !failures.isEmpty());
    }

    void stop() throws InterruptedException {
      stopped = true;
      for (Thread each : threads) {
        each.join();
      }
    }
  }

  @Test
  void restartsUnderLoadCostNoConnection() throws Exception {
    restartUnderLoad(3, settings("", tester.echo()), null);
  }

  @Test
  void restartsUnderLoadOfHandshakesCostNoConnection() throws Exception {
    TlsConfig trusting = Certificates.client(Certificates.LOCALHOST).build();
    restartUnderLoad(5, settings(Certificates.TERMINATES, tester.echo()), trusting);
  }

  private void restartUnderLoad(int restarts, Settings settings, @Nullable TlsConfig tls)
      throws Exception {
    Generation old = new Generation(settings);
    SocketAddress address = old.proxy.addresses().getFirst();
    Load load = new Load(address, tls, 4);
    for (int restart = 0; restart < restarts; restart++) {
      load.awaitMore(20);
      Generation next = new Generation(settings);
      assertThat(next.proxy.addresses()).containsExactly(address);
      TcpProxy before = old.proxy;
      old.handedOver.await();
      eventually("the old one has ended", () -> before.openConnections() == 0);
      load.awaitMore(20);
      assertThat(next.proxy.accepted()).isPositive();
      old = next;
    }
    load.stop();
    assertThat(load.failures).isEmpty();
  }

  @Test
  void anOldConnectionGoesOnInTheOldProcess() throws Exception {
    Settings settings = settings("", tester.echo());
    Generation old = new Generation(settings);
    Conn conn = tester.dial(old.proxy);
    passesOne(conn);
    new Generation(settings);
    old.handedOver.await();
    passesOne(conn);
    assertThat(old.proxy.openConnections()).isEqualTo(1);
    conn.close();
    eventually("the old one has ended", () -> old.proxy.openConnections() == 0);
  }

  @Test
  void aNewProcessThatGoesAwayBeforeItIsReadyChangesNothing() throws Exception {
    Settings settings = settings("", tester.echo());
    Generation old = new Generation(settings);
    Takeover.from(socket).close();
    Takeover.from(socket).close();
    passesOne(tester.dial(old.proxy));
    assertThat(old.handedOver.getCount()).isEqualTo(1);
    new Generation(settings);
    old.handedOver.await();
  }

  @Test
  void aPeerThatAnswersWithGarbageChangesNothing() throws Exception {
    Generation old = new Generation(settings("", tester.echo()));
    for (String answer : List.of("", "ready", "READY\n", "\0\1\2\3\4\5", "x".repeat(100_000))) {
      try (UnixConn conn = Net.dialUnix(socket)) {
        conn.setDeadline(Duration.ofSeconds(60));
        conn.receiveDescriptors(ByteBuffer.allocate(4096)).close();
        sendAndAwaitEnd(conn, answer);
      }
      assertThat(old.handedOver.getCount()).isEqualTo(1);
      passesOne(tester.dial(old.proxy));
    }
    new Generation(settings("", tester.echo()));
    old.handedOver.await();
  }

  private static void sendAndAwaitEnd(Conn conn, String answer) {
    try {
      conn.write(answer.getBytes(UTF_8));
      conn.closeWrite();
      conn.inputStream().readAllBytes();
    } catch (IOException e) {
      // reset, because the old process has not read all of it
    }
  }

  /** What a process before sends that hands over its listeners, or does not. */
  private interface Sender {
    void send(UnixConn conn) throws IOException;
  }

  /** Takes over from a process that does as the sender says. */
  private Takeover takeOverFrom(Sender sender) throws Exception {
    try (UnixListener listener = Net.listenUnix(socket);
        var executor = Weft.executor()) {
      executor.submit(() -> {
        try (UnixConn conn = (UnixConn) listener.accept()) {
          sender.send(conn);
        }
        return null;
      });
      return Takeover.from(socket);
    }
  }

  @Test
  void listenersThatAreNotHandedOverAsAgreedAreRefusedAndClosed() throws Exception {
    String address;
    try (Listener mine = Net.listen("tcp", "127.0.0.1:0")) {
      Passable passed = (Passable) mine;
      address = ProxyTester.text(mine);
      assertNotTakenOver("does not hand over", conn -> {});
      assertNotTakenOver("does not hand over", conn -> conn.write("garbage".getBytes(UTF_8)));
      assertNotTakenOver(
          "does not hand over", conn -> conn.sendDescriptors("a\n".getBytes(UTF_8), passed));
      assertNotTakenOver(
          "does not hand over", conn -> conn.sendDescriptors(new byte[70_000], passed));
      assertNotTakenOver("1 addresses, but 0", conn -> conn.write("a\n\n".getBytes(UTF_8)));
      assertNotTakenOver(
          "2 addresses, but 1", conn -> conn.sendDescriptors("a\nb\n\n".getBytes(UTF_8), passed));
      assertNotTakenOver(
          "1 addresses, but 2",
          conn -> conn.sendDescriptors("a\n\n".getBytes(UTF_8), passed, passed));
      assertNotTakenOver(
          "two listeners for a",
          conn -> conn.sendDescriptors("a\na\n\n".getBytes(UTF_8), passed, passed));
    }
    // Each descriptor that was passed is closed: the address is free.
    Net.listen("tcp", address).close();
  }

  private void assertNotTakenOver(String why, Sender sender) {
    assertThatThrownBy(() -> takeOverFrom(sender))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("taking over from " + socket + ": ")
        .hasMessageContaining(why);
  }

  @Test
  void aDescriptorThatIsNoListenerFailsTheStartAndIsClosed() throws Exception {
    try (Listener mine = Net.listen("tcp", "127.0.0.1:0");
        Conn dialled = Net.dial(mine.localAddress());
        Conn accepted = mine.accept()) {
      Takeover takeover =
          takeOverFrom(
              conn -> conn.sendDescriptors("127.0.0.1:0\n\n".getBytes(UTF_8), (Passable) accepted));
      assertThatThrownBy(() -> new TcpProxy(settings("", "h:1"), takeover, null))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("not a listening");
      takeover.close();
      accepted.close();
      assertThat(dialled.read(new byte[1])).isEqualTo(-1); // no other descriptor keeps it open
    }
  }

  @Test
  void aProcessBeforeThatGoesAwayHalfWayLeavesNoListenerThatIsNotAskedFor() throws Exception {
    Takeover takeover;
    String asked;
    String other;
    try (Listener first = Net.listen("tcp", "127.0.0.1:0");
        Listener second = Net.listen("tcp", "127.0.0.1:0")) {
      asked = ProxyTester.text(first);
      other = ProxyTester.text(second);
      takeover =
          takeOverFrom(conn ->
              conn.sendDescriptors(
                  (asked + "\n" + other + "\n\n").getBytes(UTF_8),
                  (Passable) first,
                  (Passable) second));
    }
    try (Listener taken = takeover.listen(asked)) {
      assertThatThrownBy(takeover::ready).isInstanceOf(IOException.class);
      Net.dial("tcp", asked).close();
      taken.accept().close();
      assertThatThrownBy(() -> Net.dial("tcp", other)).isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void anAddressThatIsNewIsOpenedAndOneThatIsGoneIsClosed(@TempDir Path folder) throws Exception {
    String target = tester.echo();
    Path kept = folder.resolve("kept.sock");
    Path gone = folder.resolve("gone.sock");
    Path added = folder.resolve("added.sock");
    Generation old = new Generation(at(List.of("unix:" + kept, "unix:" + gone), "", target));
    Generation next = new Generation(at(List.of("unix:" + kept, "unix:" + added), "", target));
    old.handedOver.await();
    for (Path each : List.of(kept, added)) {
      passesOne(tester.closing(Net.dialUnix(each.toString())));
    }
    assertThatThrownBy(() -> Net.dialUnix(gone.toString())).isInstanceOf(IOException.class);
    next.proxy.stop();
    assertThat(kept).doesNotExist(); // the new process removes the file that it took over
  }

  @Test
  void withoutAProcessBeforeListenersAreOpened() throws Exception {
    try (Takeover takeover = Takeover.from(socket);
        Listener listener = takeover.listen("127.0.0.1:0")) {
      assertThat(listener.isOpen()).isTrue();
      takeover.ready();
    }
  }

  @Test
  void aFileThatAKilledProcessLeftIsReplaced(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("takeover.sock");
    try (UnixListener killed = Net.listenUnix(file.toString())) {
      killed.setUnlinkOnClose(false);
    }
    assertThat(Files.exists(file)).isTrue();
    Takeover.from(file.toString()).close(); // as if there were none
    new Handover(file.toString(), Map::of, () -> {}).close();
    assertThat(Files.exists(file)).isFalse();
  }
}
