package dev.weft.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Weft;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.Pipe;
import dev.weft.testing.Eventually;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How the connection below ends. */
@Tag("contract")
@Timeout(180)
class ClosingTest {
  private static final TlsConfig SERVER =
      TlsConfig.builder().certificate(TestCertificates.server()).build();
  private static final TlsConfig CLIENT =
      TlsConfig.builder().trust(TestCertificates.authorities()).build();

  /** A client's connection that has not read the server's tickets, so that closing it lingers. */
  private record Lingering(Conn raw, TlsConn client, TlsConn server) implements AutoCloseable {
    static Lingering connect() throws Exception {
      try (Listener listener = Net.listen("tcp", "127.0.0.1:0")) {
        Conn raw = Net.dial(listener.localAddress());
        TlsConn client = CLIENT.client(raw, "localhost");
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
    InvocationHandler refusingWrites =
        (_, method, arguments) -> {
          if (full.get() && method.getName().equals("write")) {
            throw new OutOfMemoryError("on purpose");
          }
          try {
            return method.invoke(pipe.first(), arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    Conn below =
        (Conn)
            Proxy.newProxyInstance(
                Conn.class.getClassLoader(), new Class<?>[] {Conn.class}, refusingWrites);
    TlsConn client = CLIENT.client(below, "localhost");
    try (TlsPair pair = new TlsPair(client, SERVER.server(pipe.second()))) {
      pair.shakeHands();
      full.set(true);
      assertThatThrownBy(client::close).isInstanceOf(OutOfMemoryError.class);
      assertThat(pipe.first().isOpen()).isFalse();
    }
  }
}
