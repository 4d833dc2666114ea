package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testing.Goroutines;
import java.net.BindException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A port can be taken again as soon as its socket is closed, also under calls that wait. */
@Tag("contract")
@Timeout(180)
class PortReuseTest {
  private static final int ROUNDS = 20;

  private final Goroutines goroutines = new Goroutines();

  @AfterEach
  void close() throws Exception {
    goroutines.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void aListenersPortIsFreeWhenItIsClosed(int accepting) throws Exception {
    int port = 0;
    for (int i = 0; i < ROUNDS; i++) {
      TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:" + port);
      assertThat(port).isIn(0, listener.localAddress().getPort());
      port = listener.localAddress().getPort();
      awaitBlocked(accepting, listener::accept, "accept");
      listener.close();
    }
  }

  @Test
  void aListenersPortIsFreeAlthoughItHasHadConnections() throws Exception {
    int port = 0;
    for (int i = 0; i < ROUNDS; i++) {
      TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:" + port);
      port = listener.localAddress().getPort();
      var accepting = goroutines.start(listener::accept).awaitBlockedIn("accept");
      Net.dial("tcp4", "127.0.0.1:" + port).close();
      accepting.join().close();
      listener.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void aDatagramSocketsPortIsFreeWhenItIsClosed(int receiving) throws Exception {
    int port = 0;
    for (int i = 0; i < ROUNDS; i++) {
      UdpConn conn = Net.listenPacket("udp4", "127.0.0.1:" + port);
      assertThat(port).isIn(0, conn.localAddress().getPort());
      port = conn.localAddress().getPort();
      awaitBlocked(receiving, conn::receive, "receive");
      conn.close();
    }
  }

  @Test
  void aDatagramSocketThatHasReceivedGivesItsPortBack() throws Exception {
    int port = 0;
    for (int i = 0; i < ROUNDS; i++) {
      UdpConn conn = Net.listenPacket("udp4", "127.0.0.1:" + port);
      port = conn.localAddress().getPort();
      var receiving = goroutines.start(conn::receive).awaitBlockedIn("receive");
      try (UdpConn client = Net.dialUdp("udp4", "127.0.0.1:" + port)) {
        client.write(new byte[] {1});
        receiving.join().close();
      }
      conn.close();
    }
  }

  @Test
  void aPortThatAnOpenSocketHasStaysTaken() throws Exception {
    try (UdpConn open = Net.listenPacket("udp4", "127.0.0.1:0");
        TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0")) {
      // Closing another socket changes nothing.
      Net.listenPacket("udp4", "127.0.0.1:0").close();
      assertThatThrownBy(() -> Net.listenPacket("udp4", UdpPair.address(open)).close())
          .isInstanceOf(BindException.class)
          .hasMessageContaining("another socket has this address");
      String taken = "127.0.0.1:" + listener.localAddress().getPort();
      assertThatThrownBy(() -> Net.listenTcp("tcp4", taken).close())
          .isInstanceOf(BindException.class)
          .hasMessageContaining("another socket has this address");
    }
  }

  /** Has {@code count} goroutines wait: one in the call, the others for their turn. */
  private void awaitBlocked(int count, Callable<?> call, String method) throws Exception {
    for (int i = 0; i < count; i++) {
      goroutines
          .start(() -> assertThatThrownBy(call::call).isInstanceOf(ClosedChannelException.class))
          .awaitBlockedIn(method);
    }
  }
}
