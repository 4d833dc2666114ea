package dev.weft.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.net.socket.UnixSocketFactory;
import dev.weft.net.socket.WeftSocketFactory;
import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where Weft's sockets and channels are more, or other, than the JDK's. */
@Tag("contract")
@Timeout(180)
class SocketViewsTest {
  @Test
  void aPipeIsASocketToo() throws IOException {
    try (Pipe pipe = Pipe.open();
        Socket first = pipe.first().asSocket();
        Socket second = pipe.second().asSocket()) {
      first.setTcpNoDelay(true);
      first.setSoTimeout(20);
      assertThat(first.isConnected()).isTrue();
      assertThat(first.getInetAddress().isLoopbackAddress()).isTrue();
      assertThat(first.getRemoteSocketAddress()).isEqualTo(second.getLocalSocketAddress());
      assertThatThrownBy(() -> first.setOption(StandardSocketOptions.TCP_NODELAY, true))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> first.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      second.getOutputStream().write("hi".getBytes(UTF_8));
      assertThat(first.getInputStream().available()).isEqualTo(2);
      assertThat(first.getInputStream().readNBytes(2)).asString().isEqualTo("hi");
      second.close();
      assertThat(pipe.second().isOpen()).isFalse();
      assertThat(first.getInputStream().read()).isEqualTo(-1);
    }
  }

  /** The JDK's sockets notice the interrupt only when the other reader is done. */
  @Test
  void anInterruptEndsAReadThatQueuesBehindAnother() throws Exception {
    try (Pipe pipe = Pipe.open();
        Socket socket = pipe.first().asSocket();
        Goroutines goroutines = new Goroutines()) {
      InputStream in = socket.getInputStream();
      var reading = goroutines.start(in::read).awaitBlockedIn("read");
      var queued =
          goroutines
              .start(() -> {
                try {
                  return in.read();
                } catch (SocketException e) {
                  assertThat(Thread.interrupted()).isTrue();
                  throw e;
                }
              })
              .awaitBlockedIn("lock");
      queued.thread().interrupt();
      assertThat(queued.failure()).hasMessage("Closed by interrupt");
      assertThat(reading.failure()).hasMessage("Socket closed");
    }
  }

  @Test
  void closingTheConnectionClosesItsSocket() throws IOException {
    try (Pipe pipe = Pipe.open()) {
      Socket socket = pipe.first().asSocket();
      pipe.first().close();
      assertThat(socket.isClosed()).isTrue();
      assertThatThrownBy(socket::getInputStream).hasMessage("Socket is closed");
    }
  }

  @Test
  void theConnectionsWriteDeadlineHoldsForTheSocket() throws IOException {
    try (Pipe pipe = Pipe.open(10);
        Socket socket = pipe.first().asSocket()) {
      pipe.first().setWriteDeadline(Duration.ofMillis(20));
      assertThatThrownBy(() -> socket.getOutputStream().write(new byte[11]))
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(socket.isClosed()).isFalse();
    }
  }

  @Test
  void theConnectionsReadDeadlineHoldsUntilTheSocketHasATimeout() throws IOException {
    try (Pipe pipe = Pipe.open();
        Socket socket = pipe.first().asSocket()) {
      pipe.first().setReadDeadline(Duration.ofMillis(20));
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void aTimeoutThatIsOverBeforeTheReadBeginsStillReadsWhatIsThere() throws IOException {
    try (Pipe pipe = Pipe.open();
        Socket socket = withoutTime(pipe.first()).asSocket()) {
      socket.setSoTimeout(1);
      pipe.second().write(new byte[] {7});
      assertThat(socket.getInputStream().read()).isEqualTo(7);
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      pipe.second().close();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  /** The connection as a thread sees it that stands still after each setting of a deadline. */
  private static Conn withoutTime(Conn conn) {
    return (Conn)
        Proxy.newProxyInstance(
            Conn.class.getClassLoader(),
            new Class<?>[] {Conn.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("asSocket")) {
                return InvocationHandler.invokeDefault(proxy, method);
              }
              if (method.getName().equals("setReadDeadline") && arguments[0] != null) {
                arguments[0] = Duration.ZERO;
              }
              try {
                return method.invoke(conn, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void urgentDataIsRefused() throws IOException {
    try (Loopback pair = Loopback.connect();
        Socket socket = pair.client().asSocket()) {
      assertThatThrownBy(() -> socket.sendUrgentData(1))
          .isInstanceOf(SocketException.class)
          .hasMessage("Urgent data not supported");
      assertThatThrownBy(() -> socket.setOOBInline(true)).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void aNameIsLookedUpByTheDialer() throws IOException {
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0");
        Socket socket = new WeftSocketFactory().createSocket()) {
      int port = listener.localAddress().getPort();
      socket.connect(InetSocketAddress.createUnresolved("localhost", port), 60_000);
      assertThat(socket.getPort()).isEqualTo(port);
      assertThat(socket.getInetAddress().isLoopbackAddress()).isTrue();
      listener.accept().close();
      try (Socket another = new WeftSocketFactory().createSocket("localhost", port)) {
        assertThat(another.isConnected()).isTrue();
      }
      listener.accept().close();
    }
  }

  @Test
  void aBoundSocketTakesNoName() throws IOException {
    try (Socket socket = new WeftSocketFactory().createSocket()) {
      socket.bind(new InetSocketAddress("127.0.0.1", 0));
      assertThatThrownBy(() -> socket.connect(InetSocketAddress.createUnresolved("localhost", 1)))
          .isInstanceOf(UnknownHostException.class);
      assertThat(socket.isClosed()).isTrue();
    }
  }

  @Test
  void factoriesBindTheLocalAddressThatTheyAreGiven() throws IOException {
    InetAddress here = InetAddress.getByName("127.0.0.1");
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0")) {
      int port = listener.localAddress().getPort();
      for (boolean named : new boolean[] {false, true}) {
        try (Socket socket =
                named
                    ? new WeftSocketFactory().createSocket("127.0.0.1", port, here, 0)
                    : new WeftSocketFactory().createSocket(here, port, here, 0);
            TcpConn accepted = listener.accept()) {
          assertThat(socket.getLocalAddress()).isEqualTo(here);
          assertThat(accepted.remoteAddress()).isEqualTo(socket.getLocalSocketAddress());
        }
      }
    }
  }

  @Test
  void aDialersOptionsAreItsSocketsOptions() throws IOException {
    Dialer dialer = Dialer.DEFAULT.option(StandardSocketOptions.SO_KEEPALIVE, true);
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0");
        Socket socket = dialer.socketFactory().createSocket()) {
      assertThat(socket.getKeepAlive()).isTrue();
      socket.connect(listener.localAddress());
      assertThat(socket.getKeepAlive()).isTrue();
    }
  }

  @Test
  void aFactoryForAUnixSocketIgnoresHostAndPort() throws IOException {
    try (UnixListener listener = UnixSockets.listen()) {
      String path = listener.localAddress().getPath().toString();
      try (Socket socket = new UnixSocketFactory(path).createSocket()) {
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        socket.setReceiveBufferSize(50_000);
        socket.connect(new InetSocketAddress("127.0.0.1", 5432), 60_000);
        socket.setTcpNoDelay(false);
        assertThat(socket.getReceiveBufferSize()).isGreaterThanOrEqualTo(50_000);
        assertThat(socket.getPort()).isEqualTo(5432);
        assertThat(socket.getInetAddress().isLoopbackAddress()).isTrue();
        assertThat(socket.getRemoteSocketAddress()).isEqualTo(UnixDomainSocketAddress.of(path));
        try (UnixConn accepted = listener.accept()) {
          accepted.write("over unix".getBytes(UTF_8));
          assertThat(socket.getInputStream().readNBytes(9)).asString().isEqualTo("over unix");
        }
      }
      try (Socket socket = new UnixSocketFactory(path).createSocket("no.such.host.invalid", 1)) {
        assertThat(socket.isConnected()).isTrue();
      }
    }
  }

  @Test
  void aUnixSocketWithoutAListenerIsRefused() throws IOException {
    UnixDomainSocketAddress path;
    try (UnixListener listener = UnixSockets.listen()) {
      path = listener.localAddress();
    }
    try (Socket socket = Dialer.DEFAULT.socketFactory(path).createSocket()) {
      assertThatThrownBy(() -> socket.connect(new InetSocketAddress("127.0.0.1", 1)))
          .isInstanceOf(SocketException.class)
          .hasMessageContaining(path.toString());
      assertThat(socket.isClosed()).isTrue();
      assertThatThrownBy(() -> socket.bind(null)).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void aChannelReadsAndWritesTheConnection() throws IOException {
    try (Pipe pipe = Pipe.open();
        ByteChannel first = pipe.first().asChannel();
        ByteChannel second = pipe.second().asChannel()) {
      assertThat(first.write(ByteBuffer.wrap("hello".getBytes(UTF_8)))).isEqualTo(5);
      ByteBuffer read = ByteBuffer.allocate(10);
      assertThat(second.read(read)).isEqualTo(5);
      assertThat(read.flip()).isEqualTo(ByteBuffer.wrap("hello".getBytes(UTF_8)));
      first.close();
      assertThat(first.isOpen()).isFalse();
      assertThat(pipe.first().isOpen()).isFalse();
      assertThat(second.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      assertThatThrownBy(() -> first.read(ByteBuffer.allocate(1)))
          .isInstanceOf(ClosedChannelException.class);
    }
  }
}
