package dev.weft.cli.proxy.restart;

import static dev.weft.cli.proxy.ProxyTester.at;
import static dev.weft.cli.proxy.ProxyTester.eventually;
import static dev.weft.cli.proxy.ProxyTester.passesOne;
import static dev.weft.cli.proxy.ProxyTester.settings;
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
import dev.weft.net.UnixListener;
import dev.weft.net.tls.TlsConfig;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both sides of a hot restart, in one process. */
class HandoverTest {
  private final ProxyTester tester = new ProxyTester();
  private final String socket = "@weft-handover-test-" + ProcessHandle.current().pid();

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
