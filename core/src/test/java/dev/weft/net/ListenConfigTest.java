package dev.weft.net;

import static dev.weft.net.Bytes.assertRoundTrip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.testing.ChildJvm;
import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The settings of listeners, and listeners that come from outside. */
@Tag("contract")
@Timeout(180)
class ListenConfigTest {
  @Test
  void severalListenersShareAPort() throws IOException {
    ListenConfig shared = ListenConfig.DEFAULT.reusePort(true);
    try (TcpListener one = shared.listenTcp("tcp4", "127.0.0.1:0");
        Listener two = shared.listen(one.localAddress())) {
      assertThat(two.localAddress()).isEqualTo(one.localAddress());
    }
  }

  @Test
  void optionsAreSetBeforeBinding() throws IOException {
    ListenConfig config =
        ListenConfig.DEFAULT
            .option(StandardSocketOptions.SO_RCVBUF, 20_000)
            .beforeBind((local, socket) ->
                assertThat(socket.getOption(StandardSocketOptions.SO_RCVBUF)).isEqualTo(20_000));
    try (Listener listener = config.listen("tcp4", "127.0.0.1:0");
        Conn client = Net.dial(listener.localAddress());
        Conn server = listener.accept()) {
      assertThat(server.getOption(StandardSocketOptions.SO_RCVBUF)).isEqualTo(20_000);
      assertRoundTrip(client, server);
    }
  }

  @Test
  void aHookThatFailsFailsListening() {
    ListenConfig config =
        ListenConfig.DEFAULT.beforeBind((local, socket) -> {
          throw new IOException("not on " + local);
        });
    assertThatThrownBy(() -> config.listen("tcp4", "127.0.0.1:0"))
        .hasMessage("not on /127.0.0.1:0");
  }

  @Test
  void withoutDualStackAListenerIsForIpv6Only() throws IOException {
    Ipv6.assumeAvailable();
    assumeThat(UnixSockets.areNative()).isTrue();
    try (TcpListener listener = ListenConfig.DEFAULT.dualStack(false).listenTcp("tcp", ":0")) {
      int port = listener.localAddress().getPort();
      assertThatThrownBy(() -> Net.dial("tcp4", "127.0.0.1:" + port))
          .isInstanceOf(ConnectException.class);
      Net.dial("tcp6", "[::1]:" + port).close();
    }
  }

  @Test
  void acceptsWithFastOpenDeferredAcceptAndMultipath() throws Exception {
    assumeThat(UnixSockets.areNative()).isTrue();
    ListenConfig config = ListenConfig.DEFAULT.fastOpen(16).deferAccept(Duration.ofSeconds(5));
    Dialer dialer = Dialer.DEFAULT.option(TcpOptions.FAST_OPEN_CONNECT, true);
    try (Listener listener = config.listen("tcp4", "127.0.0.1:0");
        Conn client = dialer.dial(listener.localAddress())) {
      assertThat(listener.getOption(TcpOptions.FAST_OPEN)).isEqualTo(16);
      assertThat(listener.getOption(TcpOptions.DEFER_ACCEPT)).isPositive();
      client.write(new byte[] {1});
      try (Conn server = listener.accept()) {
        assertThat(server.read(new byte[1])).isEqualTo(1);
        assertRoundTrip(client, server);
      }
    }
    try (Listener listener = ListenConfig.DEFAULT.multipath(true).listen("tcp4", "127.0.0.1:0");
        Conn client = Net.dial(listener.localAddress());
        Conn server = listener.accept()) {
      assertRoundTrip(client, server);
    }
  }

  @Test
  void bothEndsSpeakMultipathTcp() throws Exception {
    assumeThat(UnixSockets.areNative()).isTrue();
    Path enabled = Path.of("/proc/sys/net/mptcp/enabled");
    assumeThat(Files.exists(enabled) && Files.readString(enabled).strip().equals("1"))
        .as("the kernel has Multipath TCP")
        .isTrue();
    long before = multipathHandshakes();
    try (Listener listener = ListenConfig.DEFAULT.multipath(true).listen("tcp4", "127.0.0.1:0");
        Conn client = Dialer.DEFAULT.multipath(true).dial(listener.localAddress());
        Conn server = listener.accept()) {
      assertRoundTrip(client, server);
      client.closeWrite();
      assertThat(server.read(new byte[1])).isEqualTo(-1);
      assertThat(multipathHandshakes()).isGreaterThan(before);
    }
  }

  /** How many Multipath TCP connections listeners of this machine have been asked for. */
  private static long multipathHandshakes() throws IOException {
    List<String[]> lines =
        Files.readAllLines(Path.of("/proc/net/netstat")).stream()
            .filter(line -> line.startsWith("MPTcpExt:"))
            .map(line -> line.split(" "))
            .toList();
    return Long.parseLong(lines.get(1)[List.of(lines.get(0)).indexOf("MPCapableSYNRX")]);
  }

  @Test
  void aDeferredConnectionIsNotAcceptedBeforeItsFirstBytes() throws Exception {
    assumeThat(UnixSockets.areNative()).isTrue();
    try (Listener listener =
            ListenConfig.DEFAULT.deferAccept(Duration.ofMinutes(1)).listen("tcp4", "127.0.0.1:0");
        Conn client = Net.dial(listener.localAddress());
        var goroutines = new Goroutines()) {
      listener.setDeadline(Duration.ofMillis(50));
      assertThatThrownBy(listener::accept).isInstanceOf(SocketTimeoutException.class);
      listener.setDeadline(null);
      var accepting = goroutines.start(listener::accept);
      client.write(new byte[] {1});
      accepting.join().close();
    }
  }

  @Test
  void aBacklogOfNothingIsRefused() {
    assertThatThrownBy(() -> ListenConfig.DEFAULT.backlog(0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void linuxHasMoreOptions() throws IOException {
    assumeThat(UnixSockets.areNative()).isTrue();
    try (Loopback pair = Loopback.connect()) {
      TcpConn conn = pair.client();
      conn.setOption(TcpOptions.USER_TIMEOUT, 12_345).setOption(TcpOptions.CORK, true);
      conn.setOption(TcpOptions.NOT_SENT_LOW_WATER_MARK, 16_384);
      assertThat(conn.getOption(TcpOptions.USER_TIMEOUT)).isEqualTo(12_345);
      assertThat(conn.getOption(TcpOptions.CORK)).isTrue();
      assertThat(conn.getOption(TcpOptions.NOT_SENT_LOW_WATER_MARK)).isEqualTo(16_384);
      conn.setOption(TcpOptions.CONGESTION, "reno");
      assertThat(conn.getOption(TcpOptions.CONGESTION)).isEqualTo("reno");
      assertThatThrownBy(() -> conn.setOption(TcpOptions.CONGESTION, "no such thing"))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("set TCP_CONGESTION tcp ");
      assertThatThrownBy(() -> conn.setOption(TcpOptions.CONGESTION, "longer than a name"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void selectorsDoNotHaveThem() throws IOException {
    assumeThat(UnixSockets.areNative()).isFalse();
    try (Loopback pair = Loopback.connect()) {
      assertThatThrownBy(() -> pair.client().setOption(TcpOptions.CORK, true))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageStartingWith("TCP_CORK is not an option of this socket");
    }
  }

  // Inherited listeners

  @Test
  void listenersAreInheritedByNumberAndName() throws Exception {
    assumeThat(UnixSockets.areNative()).isTrue();
    ChildJvm.Result result = ChildJvm.of(InheritingProgram.class).withInheritedListeners().run();
    assertThat(result.exit()).as(result.output()).isZero();
    assertThat(result.output())
        .contains("name=web answered=true", "name=admin answered=true", "again=0");
  }
}
