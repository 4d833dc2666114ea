package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Server sockets, as the JDK's are. */
@Tag("contract")
@Timeout(180)
@ParameterizedClass(name = "{0}")
@EnumSource(SocketMaker.class)
class ServerSocketTest {
  @Parameter SocketMaker maker;

  @Test
  void statesFromMakingToClosing() throws IOException {
    ServerSocket server = maker.unbound();
    assertThat(server.isBound()).isFalse();
    assertThat(server.isClosed()).isFalse();
    assertThat(server.getLocalPort()).isEqualTo(-1);
    assertThat(server.getInetAddress()).isNull();
    assertThat(server.getLocalSocketAddress()).isNull();
    assertThat(server.getChannel()).isNull();
    assertThat(server).hasToString("ServerSocket[unbound]");
    assertThatThrownBy(server::accept).hasMessage("Socket is not bound yet");
    server.setReceiveBufferSize(60_000);
    server.setReuseAddress(true);
    assertThat(server.getReceiveBufferSize()).isGreaterThanOrEqualTo(60_000);
    server.bind(new InetSocketAddress("127.0.0.1", 0), 5);
    assertThat(server.getReceiveBufferSize()).isGreaterThanOrEqualTo(60_000);
    assertThat(server.getReuseAddress()).isTrue();
    assertThat(server.isBound()).isTrue();
    assertThat(server.getLocalPort()).isPositive();
    assertThat(server.getLocalSocketAddress())
        .isEqualTo(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()));
    assertThatThrownBy(() -> server.bind(null)).hasMessage("Already bound");
    try (ServerSocket another = maker.unbound()) {
      assertThatThrownBy(() -> another.bind(server.getLocalSocketAddress()))
          .isInstanceOf(BindException.class);
    }
    server.close();
    server.close();
    assertThat(server.isBound()).isTrue();
    assertThat(server.isClosed()).isTrue();
    assertThatThrownBy(server::accept).hasMessage("Socket is closed");
    assertThatThrownBy(server::getSoTimeout).hasMessage("Socket is closed");
  }

  @Test
  void everyLocalAddressIsOfBothFamilies() throws IOException {
    try (ServerSocket server = maker.unbound()) {
      server.bind(null);
      try (Socket client =
              maker
                  .sockets()
                  .createSocket(InetAddress.getByName("127.0.0.1"), server.getLocalPort());
          Socket accepted = server.accept()) {
        assertThat(accepted.getInetAddress()).isInstanceOf(Inet4Address.class);
        assertThat(accepted.getPort()).isEqualTo(client.getLocalPort());
      }
    }
  }

  @Test
  void acceptingTimesOutAndGoesOn() throws IOException {
    try (ServerSocket server = maker.listening()) {
      server.setSoTimeout(20);
      assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
      server.setSoTimeout(0);
      try (Socket client = maker.unconnected()) {
        client.connect(server.getLocalSocketAddress());
        server.accept().close();
      }
    }
  }

  @Test
  void closingEndsAcceptingInAnotherThread() throws Exception {
    try (ServerSocket server = maker.listening();
        var threads = new Goroutines(maker.threads())) {
      Running<Socket> accepting = threads.start(server::accept).awaitBlockedIn("accept");
      server.close();
      assertThat(accepting.failure())
          .isInstanceOf(SocketException.class)
          .hasMessage("Socket closed");
    }
  }

  @Test
  void anInterruptClosesAServerSocketThatAccepts() throws Exception {
    try (ServerSocket server = maker.listening();
        var threads = new Goroutines(maker.threads())) {
      Running<Socket> accepting = threads.start(server::accept).awaitBlockedIn("accept");
      accepting.thread().interrupt();
      assertThat(accepting.failure())
          .isInstanceOf(SocketException.class)
          .hasMessage("Closed by interrupt");
      assertThat(server.isClosed()).isTrue();
    }
  }
}
