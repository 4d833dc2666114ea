package dev.weft.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Weft;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.Pipe;
import dev.weft.testing.Eventually;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How the connection below ends. */
@Tag("contract")
@Timeout(180)
class ClosingTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final TlsConfig SERVER =
      TlsConfig.builder().certificate(TestCertificates.server()).build();
  private static final TlsConfig CLIENT =
      TlsConfig.builder().trust(TestCertificates.authorities()).build();

  /** A client's connection that has not read the server's tickets, so that closing it lingers. */
  private record Lingering(Conn raw, TlsConn client, TlsConn server) implements AutoCloseable {
    static Lingering connect() throws Exception {
      return connect(raw -> raw);
    }

    /**
     * @param below makes the connection that TLS uses
     */
    static Lingering connect(UnaryOperator<Conn> below) throws Exception {
      try (Listener listener = Net.listen("tcp", "127.0.0.1:0")) {
        Conn raw = Net.dial(listener.localAddress());
        TlsConn client = CLIENT.client(below.apply(raw), "localhost");
        TlsConn server = SERVER.server(listener.accept());
        Thread serving =
            Weft.go(() -> {
              try {
                server.handshake();
              } catch (IOException e) {
                server.close(); // The client's handshake fails then.
              }
            });
        client.handshake();
        serving.join();
        return new Lingering(raw, client, server);
      }
    }

    @Override
    public void close() {
      client.abort();
      server.abort();
    }
  }

  @Test
  void aDialWithoutAServerNameLeavesNoConnection() throws Exception {
    try (Listener listener = Net.listen("tcp", "127.0.0.1:0")) {
      int port = ((InetSocketAddress) listener.localAddress()).getPort();
      assertThatThrownBy(() -> CLIENT.dial(":" + port)).hasMessageContaining("the server's name");
      try (Conn accepted = listener.accept()) {
        assertThat(accepted.read(new byte[1])).isEqualTo(-1);
      }
    }
  }

  @Test
  void theConnectionBelowStaysOpenUntilThePeerHasClosed() throws Exception {
    try (Lingering conns = Lingering.connect()) {
      AtomicBoolean told = new AtomicBoolean();
      conns.client.onClose(() -> told.set(true));
      conns.client.close();
      assertThat(told).isTrue();
      assertThat(conns.client.isOpen()).isFalse();
      assertThat(conns.raw.isOpen()).isTrue();
      assertThat(conns.server.read(new byte[1])).isEqualTo(-1);
      conns.server.close();
      Eventually.eventually("it is closed", () -> !conns.raw.isOpen());
    }
  }

  /** The one that closing has set ends the read in progress, after which the connection ends. */
  @Test
  void aDeadlineThatIsSetWhileTheConnectionIsClosedDoesNotReplaceTheOneOfClosing()
      throws Exception {
    try (var goroutines = new Goroutines()) {
      AtomicBoolean armed = new AtomicBoolean();
      CountDownLatch reading = new CountDownLatch(1);
      CountDownLatch set = new CountDownLatch(1);
      AtomicReference<TlsConn> client = new AtomicReference<>();
      Hook hook =
          (method, arguments) -> {
            if (!armed.get()) {
              return;
            }
            if (method.equals("read")) {
              reading.countDown();
              set.await();
            } else if (method.equals("setReadDeadline") && HOUR.equals(arguments[0])) {
              var closing = goroutines.go(() -> client.get().close());
              Eventually.eventually(
                  "it is closed, or waits", () -> closing.isDone() || isWaiting(closing));
            }
          };
      try (Lingering conns = Lingering.connect(raw -> hooked(raw, hook))) {
        client.set(conns.client);
        armed.set(true);
        var read = goroutines.start(() -> conns.client.read(new byte[1]));
        reading.await();
        conns.client.setReadDeadline(HOUR);
        set.countDown();
        assertThat(read.failure()).hasMessageContaining("use of closed");
        conns.server.close();
        Eventually.eventually("it is closed", () -> !conns.raw.isOpen());
      }
    }
  }

  private static boolean isWaiting(Running<?> running) {
    return running.thread().getState() == Thread.State.WAITING;
  }

  /** Called before a method of the connection below. */
  private interface Hook {
    void before(String method, Object[] arguments) throws Exception;
  }

  private static Conn hooked(Conn conn, Hook hook) {
    InvocationHandler handler =
        (_, method, arguments) -> {
          hook.before(method.getName(), arguments);
          try {
            return method.invoke(conn, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    return (Conn)
        Proxy.newProxyInstance(Conn.class.getClassLoader(), new Class<?>[] {Conn.class}, handler);
  }

  @Test
  void abortingClosesTheConnectionBelowAtOnce() throws Exception {
    try (Lingering conns = Lingering.connect()) {
      conns.client.close();
      conns.client.abort();
      assertThat(conns.raw.isOpen()).isFalse();
    }
  }

  @Test
  void aSocketSetToResetGetsNoCloseNotify() throws Exception {
    try (Lingering conns = Lingering.connect()) {
      conns.client.setOption(StandardSocketOptions.SO_LINGER, 0);
      conns.client.close();
      assertThat(conns.raw.isOpen()).isFalse();
      assertThatThrownBy(() -> conns.server.read(new byte[1])).isInstanceOf(IOException.class);
    }
  }

  @Test
  void closingTheConnectionBelowRunsTheActionsOfTheOneAbove() throws Exception {
    Pipe pipe = Pipe.open();
    TlsConn conn = SERVER.server(pipe.first());
    AtomicBoolean told = new AtomicBoolean();
    conn.onClose(() -> told.set(true));
    pipe.first().close();
    assertThat(told).isTrue();
  }

  @Test
  void abortingResetsAPeerOverAPipe() throws Exception {
    try (TlsPair pair = TlsPair.of(CLIENT, SERVER).shakeHands()) {
      pair.client().abort();
      assertThatThrownBy(() -> pair.server().read(new byte[1]))
          .isInstanceOf(SocketException.class)
          .hasMessageEndingWith(": connection reset by peer");
    }
  }

  @Test
  void withoutMemoryForAnOrderlyEndTheConnectionBelowIsClosed() throws Exception {
    Pipe pipe = Pipe.open();
    AtomicBoolean full = new AtomicBoolean();
    Conn below =
        hooked(
            pipe.first(),
            (method, _) -> {
              if (full.get() && method.equals("write")) {
                throw new OutOfMemoryError("on purpose");
              }
            });
    TlsConn client = CLIENT.client(below, "localhost");
    try (TlsPair pair = new TlsPair(client, SERVER.server(pipe.second()))) {
      pair.shakeHands();
      full.set(true);
      assertThatThrownBy(client::close).isInstanceOf(OutOfMemoryError.class);
      assertThat(pipe.first().isOpen()).isFalse();
    }
  }
}
