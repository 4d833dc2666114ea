package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.net.SocketMaker.SocketPair;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import dev.weft.testing.UnusedPort;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a socket says of itself between its making and its closing, as the JDK's do. */
@Tag("contract")
@Timeout(180)
@ParameterizedClass(name = "{0}")
@EnumSource(SocketMaker.class)
class SocketStatesTest {
  @Parameter SocketMaker maker;

  private static void assertFlags(Socket socket, boolean bound, boolean connected, boolean closed) {
    assertThat(socket.isBound()).as("bound").isEqualTo(bound);
    assertThat(socket.isConnected()).as("connected").isEqualTo(connected);
    assertThat(socket.isClosed()).as("closed").isEqualTo(closed);
  }

  @Test
  void aNewSocketIsNothingYet() throws IOException {
    try (Socket socket = maker.unconnected()) {
      assertFlags(socket, false, false, false);
      assertThat(socket.getInetAddress()).isNull();
      assertThat(socket.getPort()).isZero();
      assertThat(socket.getRemoteSocketAddress()).isNull();
      assertThat(socket.getLocalSocketAddress()).isNull();
      assertThat(socket.getLocalPort()).isEqualTo(-1);
      assertThat(socket.getLocalAddress().isAnyLocalAddress()).isTrue();
      assertThat(socket).hasToString("Socket[unconnected]");
      assertThat(socket.getChannel()).isNull();
      assertThatThrownBy(socket::getInputStream).hasMessage("Socket is not connected");
      assertThatThrownBy(socket::getOutputStream).hasMessage("Socket is not connected");
      assertThatThrownBy(socket::shutdownInput).hasMessage("Socket is not connected");
      assertThatThrownBy(socket::shutdownOutput).hasMessage("Socket is not connected");
    }
  }

  @Test
  void aBoundSocketHasItsPortBeforeItConnects() throws IOException {
    try (ServerSocket server = maker.listening();
        Socket socket = maker.unconnected()) {
      socket.bind(new InetSocketAddress("127.0.0.1", 0));
      assertFlags(socket, true, false, false);
      int port = socket.getLocalPort();
      assertThat(port).isPositive();
      assertThat(socket.getLocalSocketAddress())
          .isEqualTo(new InetSocketAddress("127.0.0.1", port));
      assertThatThrownBy(() -> socket.bind(null)).hasMessage("Already bound");
      socket.connect(server.getLocalSocketAddress());
      assertThat(socket.getLocalPort()).isEqualTo(port);
      try (Socket accepted = server.accept()) {
        assertThat(accepted.getPort()).isEqualTo(port);
      }
    }
  }

  @Test
  void aBoundSocketThatIsClosedGivesItsPortBack() throws IOException {
    int port;
    try (Socket socket = maker.unconnected()) {
      socket.bind(new InetSocketAddress("127.0.0.1", 0));
      port = socket.getLocalPort();
      try (Socket another = maker.unconnected()) {
        assertThatThrownBy(() -> another.bind(new InetSocketAddress("127.0.0.1", port)))
            .isInstanceOf(BindException.class);
      }
    }
    try (Socket another = maker.unconnected()) {
      another.bind(new InetSocketAddress("127.0.0.1", port));
      assertThat(another.getLocalPort()).isEqualTo(port);
    }
  }

  @Test
  void aConnectedSocketKnowsBothEnds() throws IOException {
    try (SocketPair pair = maker.connect()) {
      Socket client = pair.client();
      Socket server = pair.server();
      assertFlags(client, true, true, false);
      assertFlags(server, true, true, false);
      InetAddress here = InetAddress.getByName("127.0.0.1");
      assertThat(client.getInetAddress()).isEqualTo(here);
      assertThat(client.getLocalAddress()).isEqualTo(here);
      assertThat(client.getPort()).isEqualTo(server.getLocalPort());
      assertThat(client.getLocalPort()).isEqualTo(server.getPort());
      assertThat(client.getRemoteSocketAddress()).isEqualTo(server.getLocalSocketAddress());
      assertThat(client.getLocalSocketAddress()).isEqualTo(server.getRemoteSocketAddress());
      assertThatThrownBy(() -> client.connect(client.getRemoteSocketAddress()))
          .hasMessageContainingAll("lready connected");
      assertThatThrownBy(() -> client.bind(null)).hasMessage("Already bound");
    }
  }

  @Test
  void aClosedSocketRemembersWhatItWas() throws IOException {
    try (SocketPair pair = maker.connect()) {
      Socket client = pair.client();
      int port = client.getPort();
      int localPort = client.getLocalPort();
      client.close();
      client.close();
      assertFlags(client, true, true, true);
      assertThat(client.getPort()).isEqualTo(port);
      assertThat(client.getLocalPort()).isEqualTo(localPort);
      assertThat(client.getInetAddress()).isEqualTo(InetAddress.getByName("127.0.0.1"));
      assertThat(client.getLocalAddress().isAnyLocalAddress()).isTrue();
      for (var refused :
          new ThrowingCall[] {
            client::getInputStream,
            client::getOutputStream,
            client::getSoTimeout,
            client::getTcpNoDelay,
            client::getKeepAlive,
            client::getSendBufferSize,
            () -> client.setSoTimeout(1),
            () -> client.setTcpNoDelay(true),
            () -> client.bind(null),
            () -> client.connect(new InetSocketAddress("127.0.0.1", 1)),
            client::shutdownInput,
            client::shutdownOutput
          }) {
        assertThatThrownBy(refused::call)
            .isInstanceOf(SocketException.class)
            .hasMessage("Socket is closed");
      }
    }
  }

  private interface ThrowingCall {
    void call() throws Exception;
  }

  @Test
  void streamsOfAClosedSocketFail() throws IOException {
    try (SocketPair pair = maker.connect()) {
      var in = pair.client().getInputStream();
      var out = pair.client().getOutputStream();
      in.close();
      assertThat(pair.client().isClosed()).isTrue();
      assertThatThrownBy(in::read).isInstanceOf(SocketException.class);
      assertThatThrownBy(in::available).isInstanceOf(SocketException.class);
      assertThatThrownBy(() -> out.write(1)).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void aRefusedSocketIsClosed() throws IOException {
    try (UnusedPort port = UnusedPort.on("127.0.0.1");
        Socket socket = maker.unconnected()) {
      assertThatThrownBy(() -> socket.connect(new InetSocketAddress("127.0.0.1", port.number())))
          .isInstanceOf(ConnectException.class);
      assertFlags(socket, false, false, true);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void connectingTakesNoLongerThanItMay(boolean isBound) throws IOException {
    try (var full = new FullBacklog();
        Socket socket = maker.unconnected()) {
      if (isBound) {
        socket.bind(new InetSocketAddress("127.0.0.1", 0));
      }
      assertThatThrownBy(() -> socket.connect(full.socketAddress(), 50))
          .isInstanceOf(SocketTimeoutException.class);
      assertFlags(socket, isBound, false, true);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closingEndsConnecting(boolean isBound) throws Exception {
    try (var full = new FullBacklog();
        Socket socket = maker.unconnected();
        var threads = new Goroutines(maker.threads())) {
      if (isBound) {
        socket.bind(new InetSocketAddress("127.0.0.1", 0));
      }
      Running<Void> connecting = threads.go(() -> socket.connect(full.socketAddress()));
      connecting.awaitBlockedIn("connect");
      socket.close();
      assertThat(connecting.failure())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("closed");
      assertFlags(socket, isBound, false, true);
    }
  }

  @Test
  void argumentsAreChecked() throws IOException {
    try (Socket socket = maker.unconnected()) {
      var somewhere = new InetSocketAddress("127.0.0.1", 1);
      assertThatThrownBy(() -> socket.connect(null)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> socket.connect(somewhere, -1))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> socket.connect(UnixDomainSocketAddress.of("x")))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> socket.setSoTimeout(-1))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> socket.setSendBufferSize(0))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> socket.setReceiveBufferSize(0))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> socket.setSoLinger(true, -1))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> socket.setTrafficClass(256))
          .isInstanceOf(IllegalArgumentException.class);
      assertFlags(socket, false, false, false);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void optionsHoldBeforeAndAfterConnecting(boolean isBound) throws IOException {
    try (ServerSocket server = maker.listening();
        Socket socket = maker.unconnected()) {
      if (isBound) {
        socket.bind(new InetSocketAddress("127.0.0.1", 0));
      }
      setAndCheckOptions(socket);
      socket.connect(server.getLocalSocketAddress(), 60_000);
      checkOptions(socket);
      setAndCheckOptions(socket);
    }
  }

  private static void setAndCheckOptions(Socket socket) throws IOException {
    socket.setKeepAlive(true);
    socket.setSoLinger(true, 7);
    socket.setTcpNoDelay(true);
    socket.setReuseAddress(true);
    socket.setReceiveBufferSize(50_000);
    socket.setSendBufferSize(50_000);
    socket.setSoTimeout(1234);
    socket.setTrafficClass(0x10);
    socket.setOOBInline(false);
    checkOptions(socket);
  }

  private static void checkOptions(Socket socket) throws IOException {
    assertThat(socket.getKeepAlive()).isTrue();
    assertThat(socket.getSoLinger()).isEqualTo(7);
    assertThat(socket.getTcpNoDelay()).isTrue();
    assertThat(socket.getReuseAddress()).isTrue();
    assertThat(socket.getReceiveBufferSize()).isGreaterThanOrEqualTo(50_000);
    assertThat(socket.getSendBufferSize()).isGreaterThanOrEqualTo(50_000);
    assertThat(socket.getSoTimeout()).isEqualTo(1234);
    assertThat(socket.getTrafficClass()).isEqualTo(0x10);
    assertThat(socket.getOOBInline()).isFalse();
    assertThat(socket.supportedOptions())
        .contains(StandardSocketOptions.SO_KEEPALIVE)
        .doesNotContain(StandardSocketOptions.IP_MULTICAST_TTL);
    assertThatThrownBy(() -> socket.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 1))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
